/** The real secrets kit with a handful of rules, so that these tests do not hang on the catalogue. */
import { SecretShape, SecretWords } from '../../src/model/rules.ts';
import { createSecrets } from '../../src/secrets/engine.ts';

export const secrets = createSecrets(
  {
    secrets: [
      {
        ...SecretShape.parse({
          id: 'sample-key',
          title: 'Sample key',
          pattern: '\\b(tk_[A-Za-z0-9]{24})\\b',
          anchors: ['tk_'],
          prefix: 'tk_',
          severity: 'high',
          confidence: 'high',
          matches: ['tk_{a24}'],
          clean: ['tk_'],
        }),
        provider: 'sample',
      },
    ],
    words: SecretWords.parse({
      description: 'Words for these tests.',
      secretNames: ['TOKEN', 'KEY', 'SECRET', 'PASSWORD'],
      passwordNames: ['PASSWORD'],
      secretHeaders: ['authorization'],
      harmlessBefore: [],
      harmlessLast: ['URL', 'PATH'],
      harmlessNames: [],
      references: ['^\\$\\{[^}]+\\}$', '^\\$\\w+$'],
      referenceDefaults: [],
      placeholderWords: ['your', 'example'],
      placeholders: ['^<.*>$'],
      authSchemes: ['Bearer'],
      knownSamples: [],
      queryNames: ['key', 'token', 'api_key'],
    }),
  },
  null,
);
