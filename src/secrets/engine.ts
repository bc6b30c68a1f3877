/**
 * The secrets kit: closed text -> verdicts, masked forms and digests. Nothing else in the program opens text.
 * What it returns holds secrets only as `Secret`; every string of it is fit to be shown.
 */
import { limits } from '../limits.ts';
import type { Confidence, Severity } from '../model/common.ts';
import type { SecretInfo } from '../model/fact.ts';
import type { Ruleset, SecretWords } from '../model/rules.ts';
import { createArgv } from './argv.ts';
import { type BulkScan, createBulk } from './bulk.ts';
import { type Called, renamed } from './called.ts';
import { type Writer, certainHit } from './certain.ts';
import { createConceal } from './conceal.ts';
import { fingerprintOf } from './digest.ts';
import { ownExpiryOf } from './expiry.ts';
import type { Hit, Reason } from './hit.ts';
import { maskAll, maskOf } from './mask.ts';
import { createNamedJudge } from './named.ts';
import { type FieldKind, type Names, createNames } from './names.ts';
import { createPairs } from './pairs.ts';
import { type PairSearch, createPairSearch } from './pair-search.ts';
import { createParts } from './parts.ts';
import { type Reader, createReader } from './read.ts';
import { Secret } from './secret.ts';
import { urlIdentity } from './token-segment.ts';
import { createShapes } from './shapes.ts';
import { createShow } from './show.ts';
import { type Texts, texts } from './texts.ts';
import { createUrls } from './urls.ts';
import { createValues } from './values.ts';
import { createCovers, withoutStrange } from './visible.ts';

export type { FieldKind } from './names.ts';

export type Found = {
  /** The secret itself, closed. */
  secret: Secret;
  info: SecretInfo;
  /** The name given, or that of the option, header or query parameter it was found under. */
  field: string;
  severity: Severity;
  confidence: Confidence;
  reasons: Reason[];
  /** Equal for equal secrets of one run, and worth nothing after it; null for those that could be guessed. */
  same: string | null;
  /** For `scan`: index in the text, and line from 1. */
  offset?: number;
  line?: number;
  /** For `argv`: the argument that holds it. */
  index?: number;
};

export type Secrets = Texts & {
  /**
   * Text fit to be shown: known shapes masked, and whatever stands where a secret would, judged to be one or
   * not (`conceal.ts`). To show what was shown changes nothing.
   */
  show(value: Secret | string): string;
  /** Secrets of a value under its name. References, placeholders, paths and harmless names give none. */
  judge(name: string, value: Secret, kind: FieldKind): Found[];
  /**
   * A secret by definition of the field; null when it is empty, a reference or an obvious placeholder, and,
   * in a field that people write, when it is a word such as `none` or `dummy`.
   */
  certain(name: string, value: Secret, type?: string, by?: Writer): Found | null;
  /** Secrets in free text, each distinct one once with its first place. */
  scan(text: Secret): (Found & { count: number })[];
  /** Known shapes in any text, whatever their names: much faster, and blind to all else. */
  known(text: Secret): (Found & { count: number })[];
  /** The scan of large texts, chunk by chunk; `salt` is a key for this run that tells equal secrets. */
  bulk(salt: string): BulkScan;
  /**
   * A command line: every argument as it may be shown, and the secrets in it. `called`: the names by which
   * values of some options count.
   */
  argv(args: Secret[], called?: Called): { shown: string[]; found: (Found & { index: number })[] };
  /** A URL as it may be shown, and the secrets in it. */
  url(value: Secret): { shown: string; identity: string; found: Found[] };
  /** Short text to compare with constants of rules; null when it is long or some of it must be hidden. */
  plain(value: Secret): string | null;
};

const plainChars = 256;
type Context = {
  reader: Reader;
  search: PairSearch;
  show(value: Secret | string): string;
  key: Buffer | null;
  run: Buffer | null;
  /** Where secrets of a type are revoked. */
  rotate: Map<string, string>;
};

function foundOf({ show, key, run, rotate }: Context, text: string, hit: Hit, name = ''): Found {
  const secret = text.slice(hit.start, hit.end);
  const info: SecretInfo = {
    type: hit.type,
    provider: hit.provider === '(any)' ? null : hit.provider,
    length: secret.length,
    fingerprint: hit.type === 'weak-password' ? null : fingerprintOf(secret, key),
    masked: maskOf(secret, hit.prefix),
    rotate: rotate.get(hit.type) ?? null,
  };
  const { severity, confidence, reasons } = hit;
  return {
    secret: new Secret(secret),
    info,
    field: withoutStrange(show(hit.field || hit.called || name)),
    severity,
    confidence,
    reasons,
    same: hit.type === 'weak-password' ? null : fingerprintOf(secret, run),
  };
}

/** Each distinct secret of some hits once, in the order of first places. */
function collect(context: Context, text: string, hits: Hit[]): (Found & { count: number })[] {
  const byText = new Map<string, Found & { count: number }>();
  let line = 1;
  let counted = 0;
  for (const hit of hits) {
    if (hit.type === 'weak-password' || byText.size >= limits.matches) continue;
    const secret = text.slice(hit.start, hit.end);
    const known = byText.get(secret);
    if (known) known.count++;
    else {
      for (
        let at = text.indexOf('\n', counted);
        at >= 0 && at < hit.start;
        at = text.indexOf('\n', counted)
      ) {
        line++;
        counted = at + 1;
      }
      const name = hit.field || context.search.nameBefore(text, hit.start) || hit.called || 'text';
      byText.set(secret, { ...foundOf(context, text, hit, name), offset: hit.start, line, count: 1 });
    }
  }
  return [...byText.values()];
}

/** The scan of large texts, whose hits tell what a secret is without it. */
function bulkOf(context: Context, rules: Rules, names: Names, salt: string): BulkScan {
  const { reader, search } = context;
  return createBulk(rules, { names, reader, search }, Buffer.from(salt), (text, hit, name) => {
    const { secret, info, field, severity, confidence, reasons } = foundOf(context, text, hit, name);
    return { info, field, severity, confidence, reasons, expiresAt: ownExpiryOf(secret) };
  });
}

type Rules = { secrets: Ruleset['secrets']; words: SecretWords };

/** The parts of the kit, put together. They compile what they need of the rules when they first need it. */
function partsOf(rules: Rules) {
  const { words } = rules;
  const values = createValues(
    words,
    rules.secrets.map((shape) => shape.prefix),
  );
  const shapes = createShapes(rules.secrets, values);
  const names = createNames(words);
  const judge = createNamedJudge(names, values, shapes, words.authSchemes);
  const search = createPairSearch(words, names);
  const pairs = createPairs(search, judge, words.authSchemes);
  const reader = createReader(shapes, createUrls(judge, values), pairs, judge);
  const parts = createParts(words, names);
  const conceal = createConceal({ judge, search, parts, covers: createCovers(words, values, judge) });
  const argv = createArgv({ reader, judge, parts, conceal });
  return { names, values, shapes, judge, search, reader, conceal, argv };
}

/**
 * The kit for one set of rules. `key` is the HMAC key of fingerprints, which are null without one; `run` that
 * of the digests by which equal secrets of one run are known.
 */
export function createSecrets(rules: Rules, key: Buffer | null, run: Buffer | null = null): Secrets {
  const { names, values, shapes, judge, search, reader, conceal, argv } = partsOf(rules);
  const show = createShow(reader, conceal);
  const rotate = new Map(rules.secrets.flatMap(({ id, rotate: at }) => (at === undefined ? [] : [[id, at]])));
  const context: Context = { reader, search, show, key, run, rotate };

  return {
    show,
    judge(name, value, kind) {
      const text = Secret.open(value).slice(0, limits.judgedChars);
      return reader.underName(name, text, kind).map((hit) => foundOf(context, text, hit, name));
    },
    certain(name, value, type, by = 'program') {
      const text = Secret.open(value);
      const hit = certainHit(name, text, type, by, { reader, judge, values });
      return hit && foundOf(context, text, hit, name);
    },
    scan(text) {
      const open = Secret.open(text);
      return collect(context, open, reader.inText(open, 'text'));
    },
    bulk: (salt) => bulkOf(context, rules, names, salt),
    argv(args, called = {}) {
      const opened = args.slice(0, limits.args).map((arg) => Secret.open(arg));
      const { args: texts, back } = renamed(opened, called);
      const read = argv.read(texts);
      return {
        // What was masked is looked at once more, so that it is shown the same ever after.
        shown: read.map(({ shown }, index) =>
          back(shown === texts[index] && shown.length < limits.shownChars ? shown : show(shown), index),
        ),
        found: read.flatMap((one, index) =>
          one.hits.map((hit) => ({ ...foundOf(context, texts[index]!, hit, 'args'), index })),
        ),
      };
    },
    url(value) {
      const text = Secret.open(value).slice(0, limits.judgedChars);
      const hits = reader.inText(text, 'value');
      const shown = show(maskAll(text, hits, [...conceal.inText(text), ...conceal.inUrl(text)]));
      return {
        shown,
        identity: urlIdentity(shown, text),
        found: hits.map((hit) => foundOf(context, text, hit, 'url')),
      };
    },
    ...texts,
    known(text) {
      const open = Secret.open(text);
      return shapes.mayMatch(open) ? collect(context, open, shapes.hits(open)) : [];
    },
    plain(value) {
      const text = Secret.open(value);
      if (text.length > plainChars || conceal.inText(text).length > 0) return null;
      return reader.mayHold(text) && reader.inText(text, 'text').length > 0 ? null : text;
    },
  };
}
