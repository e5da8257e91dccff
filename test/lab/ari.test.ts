import { ariContract } from '../ari/contract.ts';
import { lab } from './helpers.ts';

ariContract('a real Asterisk 22', async () => ({
  ari: (await lab()).ari,
  phone: 'Local/wait@test',
  nobody: 'Skype/nobody@x',
  stop: async () => {},
}));
