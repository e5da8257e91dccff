import { CAUSES } from '../../calls/causes.ts';
import { type Channel, type FailedDialStatus, parseCallerId } from '../../calls/channel.ts';
import { redirect } from '../../calls/transfers.ts';
import { type ActionContext, failure, type ManagerAction, success } from '../action.ts';
import { parseVariables } from '../arguments.ts';

/** `Originate`: texts and refusals of Asterisk 22. Without Async the session waits until somebody answers. */
export const ORIGINATE: ManagerAction = {
  name: 'Originate',
  synopsis: 'Originate a call.',
  rights: ['originate'],
  ancientRights: ['call'],
  run: originate,
};

/** What `Reason` of OriginateResponse says (Asterisk's control frames): 4 answered, 5 busy, 3 ringing, 0 failure. */
const REASONS: Readonly<Record<FailedDialStatus, string>> = {
  BUSY: '5',
  NOANSWER: '3',
  CHANUNAVAIL: '0',
  CANCEL: '0',
};
const ANSWERED = '4';

/** Milliseconds that it rings when the request does not say. */
const ORDINARY_TIMEOUT = 30_000;

interface Attempt {
  readonly channel: Channel | null;
  readonly reason: string;
}

function originate(context: ActionContext): string | Promise<string> {
  const { request, world } = context;
  const endpoint = request.text('Channel');
  const application = request.text('Application');
  const exten = request.text('Exten');
  const where = request.text('Context') || 'default';
  const priority = Number(request.text('Priority') || '1');
  const timeout = Number(request.text('Timeout') || ORDINARY_TIMEOUT);
  if (endpoint === '') return failure(context, 'Channel not specified');
  if (!Number.isInteger(priority) || priority < 1) return failure(context, 'Invalid priority');
  if (!Number.isInteger(timeout) || timeout < 0) return failure(context, 'Invalid timeout');
  if (!endpoint.includes('/')) return failure(context, 'Invalid channel');
  if (application === '') {
    const incomplete = ['Exten', 'Context', 'Priority'].some((header) => request.text(header) === '');
    if (incomplete && world.variation.era === '22')
      return failure(context, "Originate with 'Exten' requires 'Context' and 'Priority'");
    if (exten === '' || !world.calls.hasExtension(where, exten, priority))
      return failure(context, 'Extension does not exist.');
  }
  const goOn = (channel: Channel) => {
    if (application === '') redirect(world.calls, channel, where, exten, priority);
    else runApplication(context, channel, application, request.text('Data'));
  };
  const attempt = call(context, endpoint, timeout, goOn);
  if (/^(yes|true|on|y|t|1)$/i.test(request.text('Async'))) {
    void attempt.then((result) => tellResponse(context, endpoint, result));
    return success(context, 'Originate successfully queued');
  }
  return attempt.then(({ reason }) =>
    reason === ANSWERED
      ? success(context, 'Originate successfully queued')
      : failure(context, 'Originate failed'),
  );
}

function call(
  { request, world }: ActionContext,
  endpoint: string,
  timeout: number,
  goOn: (channel: Channel) => void,
): Promise<Attempt> {
  const callerId = request.text('CallerID');
  const { calls, variables } = world;
  const channel = calls.request(endpoint, {
    id: request.text('ChannelId') || undefined,
    otherId: request.text('OtherChannelId') || undefined,
    callerId: callerId === '' ? undefined : parseCallerId(callerId),
  });
  if ('denied' in channel) return Promise.resolve({ channel: null, reason: '0' });
  for (const { name, value } of parseVariables(request.all('Variable'))) {
    variables.write(name, value, channel);
  }
  return new Promise((resolve) => {
    calls.dial(channel, timeout / 1000, {
      answered: () => {
        resolve({ channel, reason: ANSWERED });
        goOn(channel);
      },
      failed: (status) => resolve({ channel, reason: REASONS[status] }),
    });
  });
}

/** The few applications that make sense without a dialplan; all others keep the channel for as long as it is up. */
function runApplication({ world }: ActionContext, channel: Channel, application: string, data: string): void {
  channel.application = application;
  channel.applicationData = data;
  world.calls.book.listeners.emit({ type: 'application', channel });
  const [first = '', ...rest] = data.split(',');
  switch (application.toLowerCase()) {
    case 'stasis':
      world.calls.enterStasis(channel, first, rest);
      break;
    case 'hangup':
      world.calls.hangup(channel, Number(first) || CAUSES.normal, 'dialplan');
      break;
  }
}

/** The event that tells how an asynchronous origination ended; 1.4 calls it so, too. */
function tellResponse({ request, actionId, world }: ActionContext, endpoint: string, result: Attempt): void {
  const application = request.text('Application');
  const { channel, reason } = result;
  world.publish('OriginateResponse', 'call', () => [
    ...(actionId === '' ? [] : [['ActionID', actionId] as const]),
    ['Response', reason === ANSWERED ? 'Success' : 'Failure'],
    ['Channel', reason === ANSWERED && channel ? channel.name : endpoint],
    ...(application === ''
      ? ([
          ['Context', request.text('Context') || 'default'],
          ['Exten', request.text('Exten')],
        ] as const)
      : ([
          ['Application', application],
          ['Data', request.text('Data')],
        ] as const)),
    ['Reason', reason],
    ['Uniqueid', reason === ANSWERED && channel ? channel.id : '<unknown>'],
    ['CallerIDNum', channel?.caller.number || '<unknown>'],
    ['CallerIDName', channel?.caller.name || '<unknown>'],
  ]);
}
