/** How long people take, in milliseconds; everything defaults to 0, the next turn of the event loop. */
export interface Pace {
  /** Until somebody answers a request for authorisation. */
  readonly authorise?: number;
  /** Until `echo123` or an account's autoreply answers a chat. */
  readonly reply?: number;
  /** Until a called phone rings. */
  readonly ring?: number;
  /** Until a ringing phone is answered or refused. */
  readonly answer?: number;
}
