import { HOST_ID, licenses } from '../../skype/licenses.ts';
import { listing, type ManagerAction, successWith } from '../action.ts';

/** The two licence actions that asterisk-java knows from a patched driver; shapes as the stand-in's. */
export const LICENSE_ACTIONS: readonly ManagerAction[] = [
  {
    name: 'SkypeLicenseStatus',
    synopsis: 'Show how many calls are licensed.',
    rights: ['system'],
    module: 'chan_skype',
    run: (context) => successWith(context, [['CallsLicensed', String(context.world.calls.licensedChannels)]]),
  },
  {
    name: 'SkypeLicenseList',
    synopsis: 'List the licenses of the driver.',
    rights: ['system'],
    module: 'chan_skype',
    run(context) {
      const { calls, variation } = context.world;
      const entries = licenses(calls.licensedChannels).map(({ key, expires, channels }) => ({
        event: 'SkypeLicense',
        fields: [
          ['Key', key],
          ['Expires', expires],
          ['HostId', HOST_ID],
          ['Channels', String(channels)],
          ['Status', 'OK'],
        ] as const,
      }));
      return listing(context, variation.texts.licensesFollow, entries, 'SkypeLicenseListComplete');
    },
  },
];
