import { SOUNDS } from '../media/shelf.ts';
import { AriError, path, query, type Resource } from '../operation.ts';

/** `/sounds`: the few that exist here, in one language and format. */
export const SOUNDS_RESOURCE: Resource = {
  name: 'sounds',
  operations: [
    {
      nickname: 'list',
      method: 'GET',
      path: '/sounds',
      returns: 'List[Sound]',
      parameters: [query('lang'), query('format')],
      run: () => SOUNDS.map(json),
    },
    {
      nickname: 'get',
      method: 'GET',
      path: '/sounds/{soundId}',
      returns: 'Sound',
      parameters: [path('soundId')],
      run(args) {
        const sound = SOUNDS.find((id) => id === args.text('soundId'));
        if (sound === undefined) throw new AriError(404, 'Sound not found');
        return json(sound);
      },
    },
  ],
};

function json(id: string) {
  return { id, text: '', formats: [{ language: 'en', format: 'gsm' }] };
}
