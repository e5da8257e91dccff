import {
  ACCOUNT_STATUSES,
  AVAILABILITIES,
  BUDDY_STATUSES,
  RO_ACCOUNT_PROPERTIES,
  RW_ACCOUNT_PROPERTIES,
} from '../../model/status.ts';

/** Headers that say how a message is built; their values name nobody. */
const STRUCTURE: ReadonlySet<string> = new Set(
  `action event response privilege eventlist listitems authtype sequencenumber line func file timestamp encoding
  eventtv sessiontv eventversion severity service uptime lastreload channelstate priority cause tonetype
  starttime answertime endtime duration billableseconds ssrc pt sentntp sentrtp sentpackets sentoctets
  reportcount status-code events eventmask usingpassword loadtype ping bridgenumchannels bridgetype
  bridgetechnology bridgevideosourcemode state channelstatedesc channelstatetext destchannelstate
  destchannelstatedesc language destlanguage hint-status cause-txt count appfile appfunction appline`
    .split(/\s+/)
    .filter((name) => name !== ''),
);

/** Headers whose whole value is about people or secrets, whatever its words are. */
const PERSONAL: ReadonlySet<string> = new Set(
  `user username to from buddy skypename fullname authmsg secret key challenge md5secret password calleridnum
  calleridname connectedlinenum connectedlinename destcalleridnum destcalleridname destconnectedlinenum
  destconnectedlinename accountid accountcode destaccountcode value userfield callerid email`
    .split(/\s+/)
    .filter((name) => name !== ''),
);

/** What a header's value is to an anonymiser. */
export type HeaderRule = 'keep' | 'personal' | 'mixed';

export function ruleOf(header: string): HeaderRule {
  const name = header.toLowerCase();
  if (STRUCTURE.has(name)) return 'keep';
  return PERSONAL.has(name) ? 'personal' : 'mixed';
}

/** Words of Asterisk and Skype for Asterisk that stay where a value mixes them with names. */
const WORDS = `
  skype skypeout sip pjsip iax iax2 local dahdi message unknown success error goodbye follows all call system
  agent user log verbose command config reporting dialplan dtmf security cdr on off yes no true false none
  authentication accepted permission denied command output invalid use action listcommands module reloaded
  properties set chat sent buddy added removed list follow will start complete account reload failed
  no such user not found logged in out general secret context exten disallow allow direction incoming outgoing
  both auth_policy accept deny block ignore buddy_autoadd hints buddies buddy_presence mohinterpret mohsuggest
  autoreply webpresence default passthrough setvar engine_directory default_user debug bind_address bind_port
  rtp_address https_proxy socks5_proxy type ulaw alaw g729 skype_account_property skype_call_property
  fully booted normal clearing answer busy noanswer cancel congestion chanunavail inuse not_inuse ringing
  unavailable idle dial answer hangup playback wait noop verbose appdial appdial2 stasis echo
  skypechatsend skypebuddies skypebuddy skypeaddbuddy skyperemovebuddy skypeaccountproperty ping pong
  thanks for the fish chan_skype so text events asterisk manager cli ipv4 ipv6 tcp udp tls blacklisted statechange`;

const KEPT: ReadonlySet<string> = new Set([
  ...WORDS.split(/\s+/),
  ...RW_ACCOUNT_PROPERTIES.flatMap((name) => [name, ...name.split('_')]),
  ...RO_ACCOUNT_PROPERTIES.flatMap((name) => [name, ...name.split('_')]),
  ...[...ACCOUNT_STATUSES, ...AVAILABILITIES, ...BUDDY_STATUSES].flatMap((status) =>
    status.toLowerCase().replace(/[()]/g, '').split(' '),
  ),
  ...WORDS.split(/[\s_]+/),
]);

/** Whether a word is one of Asterisk's, not of a person's. */
export function isVocabulary(word: string): boolean {
  return KEPT.has(word.toLowerCase());
}
