/** What stands in a capture for a secret; as long for every secret, so that its length is no hint. */
export const HIDDEN = '********';

/** Names of options and headers whose value is a secret: `secret`, `socks5_proxy_password`, `Md5Cred`. */
const SECRET_NAME =
  /(?:^|[_.-])(?:[\w-]{0,40}(?:secret|passw(?:or)?d|token)|passphrase|md5_?cred|password_digest|auth_?msg|expectedresponse)$/i;
/** Such names that hold no secret: `UsingPassword: 0`, `Secret-exist: Y`, `skype_token` is a call's property. */
const HARMLESS = /^(?:using_?password|secret-exist|md5secret-exist|remote-secret-exist|challengepassword)$/i;
/** A line of a configuration file in `GetConfig` (`Line-000001-000000`) or `UpdateConfig`. */
const CONFIG_LINE = /^(?:Line|Value|Match)-\d{6}(?:-\d{6})?$/i;
const OPTION = /^\s*([\w.-]+)\s*(=>?)\s*(.*)$/;
/** Anywhere in free text, for example a line of output: `secret: x`, `Password = x`, `"secret":"x"`. */
const IN_TEXT =
  /((?:\b|_)\w{0,40}(?:secret|passw(?:or)?d|passphrase|md5_?cred|auth_?msg)"?\s*(?:=>|[:=])\s*\[?"?)([^\s",\]}]+)/gi;
/** `auth_policy = accept.<password>`; manual 3.1. */
const ACCEPT_PASSWORD = /\baccept\.[^\s,"\]}]+/gi;

/**
 * Takes the secrets out of one block of a manager session, in either direction; everything else stays
 * byte for byte. Hidden are: `Secret` and `Key` of logins, the `ExpectedResponse` of ChallengeResponseFailed, from which
 * a secret can be guessed (Asterisk 22 seen), `AuthMsg` (it doubles as the password of
 * `accept.<password>`), every header and configuration option named like a secret (`GetConfig`,
 * `GetConfigJSON`, `UpdateConfig`), the passwords of `auth_policy`, the same in lines of output, and the
 * given known secrets wherever they stand.
 */
export function redact(block: Buffer, known: readonly string[] = []): Buffer {
  const text = block.toString('latin1');
  if (!WORTH_A_LOOK.test(text) && !known.some((secret) => block.includes(secret))) return block;
  const login = /^Action: ?Login\r?$/im.test(text);
  const secretValues = valuesOfSecretOptions(text);
  const lines = text.split('\n').map((line) => {
    const cr = line.endsWith('\r') ? '\r' : '';
    return redactLine(cr ? line.slice(0, -1) : line, login, secretValues) + cr;
  });
  let redacted = lines.join('\n');
  // A known secret of a few characters would match by chance everywhere.
  for (const secret of known) {
    const bytes = Buffer.from(secret, 'utf8').toString('latin1');
    if (bytes.length >= 4) redacted = redacted.replaceAll(bytes, HIDDEN);
  }
  return Buffer.from(redacted, 'latin1');
}

const WORTH_A_LOOK =
  /secret|passw|passphrase|md5_?cred|auth_?msg|digest|token|accept\.|expectedresponse|action: *login/i;

function redactLine(line: string, login: boolean, secretValues: ReadonlySet<string>): string {
  const colon = line.indexOf(':');
  if (colon === -1) return redactText(line);
  const name = line.slice(0, colon).trim();
  const blanks = /^ */.exec(line.slice(colon + 1))?.[0] ?? '';
  const head = line.slice(0, colon + 1) + blanks;
  const value = line.slice(head.length);
  if (value === '' || HARMLESS.test(name)) return line;
  if (SECRET_NAME.test(name) || (login && /^key$/i.test(name)) || secretValues.has(name.toLowerCase())) {
    return head + HIDDEN;
  }
  const option = CONFIG_LINE.test(name) ? OPTION.exec(value) : null;
  if (option?.[1] !== undefined && SECRET_NAME.test(option[1])) {
    return `${head}${value.slice(0, value.length - (option[3]?.length ?? 0))}${HIDDEN}`;
  }
  return head + redactText(value);
}

function redactText(text: string): string {
  return text.replace(IN_TEXT, `$1${HIDDEN}`).replace(ACCEPT_PASSWORD, `accept.${HIDDEN}`);
}

/** `UpdateConfig` names an option in `Var-000000` and gives its value in `Value-000000`. */
function valuesOfSecretOptions(text: string): ReadonlySet<string> {
  const names = new Set<string>();
  for (const [, number, option] of text.matchAll(/^Var-(\d{6}): *(\S+)\r?$/gim)) {
    if (number !== undefined && option !== undefined && SECRET_NAME.test(option))
      names.add(`value-${number}`);
  }
  return names;
}
