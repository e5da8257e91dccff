/** What the Skype leg tells the called person besides the sound. */
export interface SkypeLegFacts {
  readonly topic: string | null;
  readonly token: string | null;
}

/** Fills the dial template: `Skype/{originator}@{destination}`, or a trunk to the box with the driver. */
export function skypeEndpoint(template: string, originator: string, destination: string): string {
  return template.replaceAll('{originator}', originator).replaceAll('{destination}', destination);
}

/**
 * How topic and token travel with the Skype leg, by the technology of its dial string: as call properties to
 * the driver itself (manual 3.3.3), as headers or variables over a trunk to the box that has it.
 */
export function skypeVariables(endpoint: string, facts: SkypeLegFacts): Record<string, string> {
  const technology = endpoint.slice(0, endpoint.indexOf('/')).toLowerCase();
  const given = Object.entries(facts).filter((entry): entry is [string, string] => entry[1] !== null);
  return Object.fromEntries(given.map(([name, value], index) => carrier(technology, name, value, index + 1)));
}

function carrier(technology: string, name: string, value: string, index: number): [string, string] {
  const header = `X-Skype-${name.charAt(0).toUpperCase()}${name.slice(1)}`;
  switch (technology) {
    case 'pjsip':
      return [`PJSIP_HEADER(add,${header})`, value];
    case 'sip':
      return [`SIPADDHEADER${String(index).padStart(2, '0')}`, `${header}: ${value}`];
    case 'iax2':
      return [`IAXVAR(skype_${name})`, value];
    default:
      return [`SKYPE_CALL_PROPERTY(${name})`, value];
  }
}
