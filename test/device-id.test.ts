/** Ids of machines: of what the OS or the hardware has for it, and of the host name only where it has nothing. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { describe, expect, test } from 'vitest';
import { devicePart } from '../src/cli/doctor-parts.ts';
import { deviceIdOf } from '../src/host/device-id.ts';
import type { Program } from '../src/host/run-program.ts';
import type { Platform } from '../src/model/common.ts';
import { folderWith } from './trust/program.ts';

const nothing = () => ({ text: '', refused: 'unreadable' as const });
const idOf = (platform: Platform, files: Record<string, string>, hostname = 'laptop', run = nothing) =>
  deviceIdOf({ platform, hostname, top: fs.realpathSync(folderWith(files)), run });

const first = '0123456789abcdef0123456789abcdef';
const own = (text: string) => ({ 'etc/machine-id': text });

describe('Linux', () => {
  test('the machine id, whatever the name', () => {
    const id = idOf('linux', own(`${first}\n`));
    expect(id).toEqual({ id: '7b9b36b3df5249af86c0dc7c6efe1a29', from: 'machine id' });
    expect(idOf('linux', own(first), 'other')).toEqual(id);
    expect(idOf('linux', { ...own(''), 'var/lib/dbus/machine-id': `${first}\n` })).toEqual(id);
    expect(idOf('linux', own(first.replace('0', '1'))).id).not.toBe(id.id);
  });

  /** Interfaces as `/sys` has them: `type address device`. */
  const net = (interfaces: Record<string, string>, files = {}, hostname = 'laptop') => {
    const top = fs.realpathSync(folderWith({ ...files, 'sys/class/net/bonding_masters': '' }));
    for (const [name, text] of Object.entries(interfaces)) {
      const [type, address, device] = text.split(' ') as [string, string, string];
      const folder = path.join(top, 'sys/devices', device, 'net', name);
      fs.mkdirSync(folder, { recursive: true });
      fs.writeFileSync(path.join(folder, 'address'), `${address}\n`);
      fs.writeFileSync(path.join(folder, 'addr_assign_type'), `${type}\n`);
      fs.symlinkSync(
        path.relative(path.join(top, 'sys/class/net'), folder),
        path.join(top, 'sys/class/net', name),
      );
    }
    return deviceIdOf({ platform: 'linux', hostname, top, run: nothing });
  };
  const lo = '0 00:00:00:00:00:00 virtual';

  test.each(['', 'uninitialized\n', '0'.repeat(32), first.slice(1), `${first}0`])(
    'no id but the hardware address with the machine id %j',
    (text) => {
      const [a, b] = ['52:54:00:00:00:0a', '52:54:00:00:00:0b'].map((address) =>
        net({ lo, eth0: `0 ${address} pci0` }, own(text)),
      );
      expect([a!.from, b!.from]).toEqual(['hardware address', 'hardware address']);
      expect(a!.id).not.toBe(b!.id);
    },
  );

  test('of those that an interface was made with the smallest, plugged ones last, the name none of it', () => {
    const id = net({ eth0: '0 52:54:00:00:00:0a pci0' });
    expect(id.from).toBe('hardware address');
    const all = {
      lo,
      eth0: '0 52:54:00:00:00:0A pci0',
      eth1: '0 52:54:00:00:00:0f pci1',
      wlan0: '3 02:00:00:00:00:01 pci2',
      docker0: '0 02:42:00:00:00:01 virtual',
      eth2: '0 00:e0:4c:00:00:01 pci3/usb1/1-2',
      odd: '0 00:00:5e pci4',
    };
    expect(net(all, {}, 'other')).toEqual(id);
  });

  test('the host name where there is nothing else', () => {
    const id = net({ lo, wlan0: '3 02:00:00:00:00:01 pci2', veth: '0 02:42:00:00:00:01 virtual' }, own(''));
    expect(id).toEqual(idOf('linux', {}));
    expect(id.from).toBe('host name');
    expect(idOf('linux', {}, 'other').id).not.toBe(id.id);
    expect(idOf('linux', {}, first).id).toBe(idOf('linux', own(first)).id);
  });
});

describe('macOS', () => {
  const file = 'Library/Preferences/SystemConfiguration/NetworkInterfaces.plist';
  const one = (name: string, data: string, builtin = 'true') => `<dict>
    <key>BSD Name</key><string>${name}</string>
    <key>IOBuiltin</key><${builtin}/>
    <key>IOMACAddress</key><data>
    ${data}
    </data></dict>`;
  const plist = (...all: string[]) => ({
    [file]: `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0"><dict><key>Interfaces</key><array>${all.join('')}</array>
<key>Model</key><string>Mac14,2</string></dict></plist>`,
  });
  const data = (hex: string) => Buffer.from(hex, 'hex').toString('base64');

  test('the address of the built-in interface, of equal names two ids', () => {
    const a = idOf(
      'macos',
      plist(one('en5', data('0a0000000001'), 'false'), one('en0', data('3c22fb00aa01'))),
    );
    const b = idOf('macos', plist(one('en0', data('3c22fb00aa02'))));
    expect([a.from, b.from]).toEqual(['hardware address', 'hardware address']);
    expect(a.id).not.toBe(b.id);
    expect(idOf('macos', plist(one('en0', data('3c22fb00aa01'))), 'other')).toEqual(a);
    // Bytes that are text are given as text.
    const text = [data('303132333435'), data('303132333436')].map((hex) =>
      idOf('macos', plist(one('en0', hex))),
    );
    expect(text.map(({ from }) => from)).toEqual(['hardware address', 'hardware address']);
    expect(text[0]!.id).not.toBe(text[1]!.id);
  });

  test.each<Record<string, string>>([
    {},
    { [file]: ']]' },
    { [file]: '<plist><string>x</string></plist>' },
    plist(one('en0', data('3c22fb00aa01'), 'false')),
    plist(one('en1', data('3c22fb00aa01'))),
    plist(one('en0', data('000000000000'))),
    plist(one('en0', data('3c22fb'))),
    { 'etc/machine-id': first },
  ])('the host name where it says nothing: %#', (files) => {
    expect(idOf('macos', files)).toEqual(idOf('macos', {}));
    expect(idOf('macos', files).from).toBe('host name');
  });
});

describe('Windows', () => {
  const asked: Program[] = [];
  const registry = (guid: string, hostname = 'laptop') =>
    deviceIdOf({
      platform: 'windows',
      hostname,
      top: folderWith(own(first)),
      run: (program) => {
        asked.push(program);
        const key = 'HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Cryptography';
        return { text: `\r\n${key}\r\n    MachineGuid    REG_SZ    ${guid}\r\n\r\n`, refused: null };
      },
    });

  test('MachineGuid by one question to the registry, of equal names two ids', () => {
    const id = registry('6B1C2B6E-0D3A-4C35-9C60-0F9B6E1B1A01');
    expect(id.from).toBe('machine id');
    expect(asked).toMatchObject([
      {
        path: 'C:\\Windows\\System32\\reg.exe',
        args: ['query', expect.any(String), '/v', 'MachineGuid', '/reg:64'],
      },
    ]);
    expect(registry('6b1c2b6e-0d3a-4c35-9c60-0f9b6e1b1a01', 'other')).toEqual(id);
    expect(registry('6b1c2b6e-0d3a-4c35-9c60-0f9b6e1b1a02').id).not.toBe(id.id);
  });

  test('the host name where it says nothing', () => {
    for (const guid of ['', 'x', '00000000-0000-0000-0000-000000000000'])
      expect(registry(guid)).toEqual(idOf('windows', {}));
    expect(idOf('windows', {}).from).toBe('host name');
  });
});

test('doctor warns of an id that rests on the host name, and of no other', () => {
  expect(devicePart(idOf('linux', own(first)))).toMatchObject({ state: 'ok', usable: true });
  expect(devicePart(idOf('linux', {}))).toMatchObject({
    state: 'warn',
    usable: true,
    remedy: expect.any(String),
  });
});
