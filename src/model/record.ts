/**
 * NDJSON: the records of a report one per line, each with a `type`. The first line is the `run`, the last
 * one the `summary`; lines without a summary are a run that did not end, and nothing may be concluded from
 * what they leave out.
 */
import { z } from 'zod';
import {
  AccountFact,
  AgentFact,
  CommandFact,
  CredentialFact,
  EndpointFact,
  ExtensionFact,
  GapFact,
  InstructionFact,
  PermissionFact,
  PolicyFact,
  ProfileFact,
  ServerFact,
  WorkspaceFact,
} from './fact.ts';
import { Coverage, Finding, Report, Summary } from './report.ts';

/** What holds for the whole run, but for what only its end can tell. */
export const RunRecord = z.strictObject({
  type: z.literal('run'),
  schema: Report.shape.schema,
  tool: Report.shape.tool,
  run: Report.shape.run,
  device: Report.shape.device,
  allowlist: Report.shape.allowlist,
  policy: Report.shape.policy,
});
export type RunRecord = z.infer<typeof RunRecord>;

export const CoverageRecord = z.strictObject({ type: z.literal('coverage'), ...Coverage.shape });
export type CoverageRecord = z.infer<typeof CoverageRecord>;

const type = z.literal('fact');
export const FactRecord = z.discriminatedUnion('kind', [
  z.strictObject({ type, ...AgentFact.shape }),
  z.strictObject({ type, ...ServerFact.shape }),
  z.strictObject({ type, ...CredentialFact.shape }),
  z.strictObject({ type, ...AccountFact.shape }),
  z.strictObject({ type, ...ProfileFact.shape }),
  z.strictObject({ type, ...ExtensionFact.shape }),
  z.strictObject({ type, ...PermissionFact.shape }),
  z.strictObject({ type, ...EndpointFact.shape }),
  z.strictObject({ type, ...CommandFact.shape }),
  z.strictObject({ type, ...InstructionFact.shape }),
  z.strictObject({ type, ...PolicyFact.shape }),
  z.strictObject({ type, ...WorkspaceFact.shape }),
  z.strictObject({ type, ...GapFact.shape }),
]);
export type FactRecord = z.infer<typeof FactRecord>;

export const FindingRecord = z.strictObject({ type: z.literal('finding'), ...Finding.shape });
export type FindingRecord = z.infer<typeof FindingRecord>;

/** The last line: the run that it completes, by id and status, and the report's summary. */
export const SummaryRecord = z.strictObject({
  type: z.literal('summary'),
  run: z.string(),
  status: Report.shape.run.shape.status,
  ...Summary.shape,
});
export type SummaryRecord = z.infer<typeof SummaryRecord>;

export const NdjsonRecord = z.discriminatedUnion('type', [
  RunRecord,
  CoverageRecord,
  FactRecord,
  FindingRecord,
  SummaryRecord,
]);
export type NdjsonRecord = z.infer<typeof NdjsonRecord>;
