/** What a single binary begins with: the program is inside it. */
import { getAssetKeys, getRawAsset } from 'node:sea';
import { packLoader } from './load-packs.ts';

/** The module that is the program, put here by the build. */
declare const MAIN: string;

const inside = new Set(getAssetKeys());
packLoader(process.execPath, (name) => (inside.has(name) ? Buffer.from(getRawAsset(name)) : null))(MAIN);
