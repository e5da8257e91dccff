/** Properties of a call that can be written; manual 3.3.3. */
export const RW_CALL_PROPERTIES = ['topic', 'token'] as const;

/** Properties of a call that can only be read; manual 3.3.3. */
export const RO_CALL_PROPERTIES = [
  'forwarded_by',
  'target_identity',
  'skypename',
  'fullname',
  'country',
  'province',
  'city',
  'phone_home',
  'phone_office',
  'phone_mobile',
  'email',
  'homepage',
  'about',
  'birthday',
  'gender',
] as const;
