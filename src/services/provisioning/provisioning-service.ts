import { join } from 'node:path';
import { DIAGNOSTIC_CODES, type Diagnostic, sortDiagnostics } from '../../config/diagnostic.ts';
import { lintModel } from '../../dialplan/lint/lint.ts';
import { CompanionError, messageOf } from '../../model/errors.ts';
import type { Directory } from '../directory.ts';
import type { Links } from '../links.ts';
import { accountsBehind } from '../reconcile/live-accounts.ts';
import type { AccountOutcome } from '../reconcile/reconcile.ts';
import type { FilePlan } from './file-plan.ts';
import { accountsGone, planLive } from './live.ts';
import type { ModelBook, PbxModel } from './model-book.ts';
import { planModelFiles } from './model-plan.ts';
import { readDeployed } from './read-deployed.ts';

/** A diagnostic and the PBX whose model it is about; null for the settings. */
export interface PbxDiagnostic extends Diagnostic {
  readonly pbx: string | null;
  /** Whether the model that it is about is in force: false for one that was read and refused. */
  readonly inForce: boolean;
}

/** What would change about a PBX. Each half is null when it cannot be told; `reason` says why. */
export interface PbxPlan {
  readonly pbx: string;
  readonly files: readonly FilePlan[] | null;
  readonly loadOnly: readonly string[] | null;
  readonly filesReason: string | null;
  readonly live: readonly AccountOutcome[] | null;
  readonly liveReason: string | null;
}

/** What the service can tell of its models without changing anything. */
export class ProvisioningService {
  readonly #deps: { book: ModelBook; directory: Directory; links: Links; prune: boolean };
  /** A plan asks much of a PBX: who asks while one is made gets that one. */
  readonly #running = new Map<string, Promise<PbxPlan>>();

  constructor(deps: { book: ModelBook; directory: Directory; links: Links; prune: boolean }) {
    this.#deps = deps;
  }

  /** What is wrong with the models, as `sfa check` tells it, the dialplan included where it can be read. */
  diagnostics(): PbxDiagnostic[] {
    const { book } = this.#deps;
    const refused = (book.refused ?? []).map((found) => ({ ...found, pbx: null, inForce: false }));
    const inForce = book.all().flatMap(({ pbx, loaded, etc }) => {
      const lint = lintModel(loaded, etc === null ? {} : { dialplan: join(etc, 'extensions.conf') });
      // Passwords of accounts may be known to the generating host alone.
      const problems = loaded.problems.filter(({ code }) => code !== DIAGNOSTIC_CODES.SECRET);
      return sortDiagnostics([...problems, ...lint]).map((found) => ({ ...found, pbx, inForce: true }));
    });
    return [...refused, ...inForce];
  }

  /** What would change: files, where the service runs on the PBX's host, and live accounts. */
  plan(): Promise<PbxPlan[]> {
    return Promise.all(
      this.#deps.book.all().map((model) => {
        const running = this.#running.get(model.pbx) ?? this.#planOne(model);
        this.#running.set(model.pbx, running);
        return running.finally(() => this.#running.delete(model.pbx));
      }),
    );
  }

  async #planOne(model: PbxModel): Promise<PbxPlan> {
    const { pbx, etc } = model;
    const files =
      etc === null
        ? 'the settings name no configuration directory (etc) of this PBX'
        : await orReason(() => planFilesOf(model, etc));
    const live = await orReason(() => this.#live(model));
    return {
      pbx,
      files: typeof files === 'string' ? null : files.files,
      loadOnly: typeof files === 'string' ? null : files.loadOnly,
      filesReason: typeof files === 'string' ? files : null,
      live: typeof live === 'string' ? null : live,
      liveReason: typeof live === 'string' ? live : null,
    };
  }

  async #live({ pbx, etc }: PbxModel): Promise<AccountOutcome[]> {
    const { directory, links, prune } = this.#deps;
    const link = links.get(pbx);
    if (link.state !== 'ready') {
      const reason = link.reason ?? link.state;
      throw new CompanionError('AMI_DISCONNECTED', `no manager connection: ${reason}`, { pbx });
    }
    const accounts = directory.of(pbx);
    const text = etc === null ? null : await readDeployed(etc)('chan_skype.conf');
    const gone = accountsGone([{ name: 'chan_skype.conf', text }], accounts);
    return planLive(accountsBehind(link), accounts, gone, { prune, goOn: () => link.state === 'ready' });
  }
}

function planFilesOf({ loaded }: PbxModel, etc: string) {
  const [file = ''] = loaded.files;
  const missing = loaded.problems.filter(({ severity }) => severity === 'error');
  if (missing.length > 0) {
    throw new CompanionError('CONFIG_INVALID', `${missing[0]?.key}: ${missing[0]?.message}`);
  }
  return planModelFiles(loaded, file, readDeployed(etc));
}

/** A failure as a sentence; defects are thrown. */
async function orReason<Result>(work: () => Promise<Result>): Promise<Result | string> {
  try {
    return await work();
  } catch (thrown) {
    const expected = thrown instanceof CompanionError || (thrown instanceof Error && 'code' in thrown);
    if (!expected) throw thrown;
    return messageOf(thrown);
  }
}
