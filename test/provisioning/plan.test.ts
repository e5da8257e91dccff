import { describe, expect, it } from 'vitest';
import { obstacles, planFiles } from '../../src/services/provisioning/file-plan.ts';
import { createMask } from '../../src/services/provisioning/mask.ts';

describe('createMask', () => {
  const mask = createMask(Buffer.from('key'));
  it.each([
    ['secret = hunter2', /^secret = <secret [0-9a-f]{6}>$/],
    ['https_proxy_password=hunter2', /^https_proxy_password=<secret [0-9a-f]{6}>$/],
    ['socks5_proxy_password => hunter2', /^socks5_proxy_password => <secret [0-9a-f]{6}>$/],
    ['auth_policy = accept.hunter2,accept,deny', /^auth_policy = accept\.<secret [0-9a-f]{6}>,accept,deny$/],
  ])('hides the secret of %j', (line, masked) => {
    expect(mask(line)).toMatch(masked);
    expect(mask(line)).not.toContain('hunter2');
  });

  it('gives equal secrets equal marks, and different ones different marks', () => {
    expect(mask('secret = a')).toBe(mask('secret = a'));
    expect(mask('secret = a')).not.toBe(mask('secret = b'));
    expect(createMask()('secret = a')).not.toBe(createMask()('secret = a'));
  });

  it('leaves everything else alone', () => {
    const text = '[james_bond]\ncontext = demo\n; secret santa\nexten => 1,1,NoOp(secret = x)\n';
    expect(mask(text)).toBe(text);
  });
});

describe('planFiles', () => {
  const desired = [{ name: 'chan_skype.conf', text: '[a]\nsecret = new\ncontext = b\n' }];
  const plan = (before: string | null, ownership: 'intact' | 'edited' | 'foreign' = 'intact') =>
    planFiles(
      desired,
      () => before,
      () => ownership,
      createMask(Buffer.from('key')),
    );

  it('keeps what is equal', () => {
    expect(plan(desired[0]?.text ?? '')).toEqual([
      { name: 'chan_skype.conf', action: 'keep', ownership: 'intact', effective: false, diff: '' },
    ]);
  });

  it('shows a unified diff without the secrets', () => {
    const [file] = plan('[a]\nsecret = old\ncontext = a\n');
    expect(file).toMatchObject({ action: 'replace', ownership: 'intact' });
    expect(file?.diff.replace(/[0-9a-f]{6}>/g, 'X>')).toBe(
      '--- deployed/chan_skype.conf\n+++ generated/chan_skype.conf\n@@ -1,3 +1,3 @@\n [a]\n-secret = <secret X>\n-context = a\n+secret = <secret X>\n+context = b\n',
    );
  });

  it('tells what matters to Asterisk from comments', () => {
    const effective = (before: string | null, ownership?: 'edited' | 'foreign') =>
      plan(before, ownership)[0]?.effective;
    expect(effective('; other\n[a]\n\nsecret = new\ncontext = b\n')).toBe(false);
    expect(effective('; other\n[a]\nsecret = old\ncontext = b\n')).toBe(true);
    expect(effective('[a]\ncontext = b\nsecret = new\n')).toBe(true);
    // A comment over many lines may hide what looks the same.
    expect(effective(';--\n[a]\nsecret = new\ncontext = b\n', 'edited')).toBe(true);
    expect(effective(null)).toBe(true);
  });

  it('creates what is not there', () => {
    expect(plan(null)[0]).toMatchObject({
      action: 'create',
      ownership: null,
      diff: expect.stringContaining('--- /dev/null'),
    });
  });

  it('names what stands in the way', () => {
    expect(obstacles(plan('x', 'foreign'), true)).toEqual([
      expect.stringContaining('chan_skype.conf: found a file that sfa did not write'),
    ]);
    expect(obstacles(plan('x', 'edited'), false)).toEqual([expect.stringContaining('--overwrite')]);
    expect(obstacles(plan('x', 'edited'), true)).toEqual([]);
    expect(obstacles(plan('x'), false)).toEqual([]);
    expect(obstacles(plan(desired[0]?.text ?? '', 'foreign'), false)).toEqual([]);
  });
});
