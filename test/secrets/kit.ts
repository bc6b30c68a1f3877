/** The rules of `rules/secrets/` read straight from YAML, and a kit made of them. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { parse } from 'yaml';
import { SecretFile, SecretWords } from '../../src/model/rules.ts';
import { createSecrets } from '../../src/secrets/engine.ts';
import { Secret } from '../../src/secrets/secret.ts';

const folder = path.join(import.meta.dirname, '../../rules/secrets');
const read = (name: string): unknown => parse(fs.readFileSync(path.join(folder, name), 'utf8'));

export const words = SecretWords.parse(read('words.yaml'));
export const shapes = fs
  .readdirSync(folder)
  .filter((name) => name !== 'words.yaml')
  .flatMap((name) => {
    const file = SecretFile.parse(read(name));
    return file.shapes.map((shape) => ({ ...shape, provider: file.provider }));
  });

export const key = Buffer.from('a key of thirty-two bytes or so.');
export const secrets = createSecrets({ secrets: shapes, words }, key);
export const closed = (text: string): Secret => new Secret(text);
