/**
 * `shadowscan schema [NAME]`: the published JSON Schemas, made from the same definitions that check the
 * data.
 */
import { Command } from 'commander';
import { writeOut } from '../host/output.ts';
import { usageError } from '../model/usage-error.ts';

async function run(name: string | undefined): Promise<void> {
  // Lazy: nothing else needs the schemas of all rule files at once.
  const { schemas, jsonSchema } = await import('../model/schemas.ts');
  if (name === undefined) {
    writeOut(Object.keys(schemas).map((one) => `${one}\n`));
    return;
  }
  if (!Object.hasOwn(schemas, name))
    throw usageError(`schema ${name}: unknown; one of ${Object.keys(schemas).join(', ')}`);
  writeOut([`${JSON.stringify(jsonSchema(name as keyof typeof schemas), null, 2)}\n`]);
}

/** The command, for the program. */
export function schemaCommand(): Command {
  return new Command('schema')
    .description('print a JSON Schema; lists all without a name')
    .argument('[name]')
    .action(run);
}
