/**
 * The events that this program writes as OCSF 1.8.0, strictly: exactly the attributes that it fills, with
 * the values that it may give them. Each is a subset of the class it names (Apache-2.0,
 * github.com/ocsf/ocsf-schema, tag 1.8.0, read 2026-11), so that what fits here fits there.
 */
import { z } from 'zod';
import { CutPart, assetChanges, Telling } from './telling.ts';

/** The version of every event, in one place. */
export const ocsfVersion = '1.8.0';

const Millis = z.int().nonnegative();
const Tag = z.strictObject({ name: z.string(), values: z.array(z.string()).min(1) });
const Data = z.record(z.string(), z.unknown());

/** What OCSF has no words for. `cut` lists what was left out of an event that was too long. */
const cut = { cut: z.array(CutPart).optional() };
const Unmapped = z.looseObject(cut);
/** What a receiver is told beside the run. */
const UnmappedRun = z.looseObject({ ...cut, ...Telling.partial().shape });
const UnmappedAsset = z.looseObject({ ...cut, change: z.enum(assetChanges).optional() });

const Product = z.strictObject({
  name: z.string(),
  vendor_name: z.string(),
  version: z.string().optional(),
  uid: z.string().optional(),
  path: z.string().optional(),
});

const Metadata = z.strictObject({
  version: z.literal(ocsfVersion),
  product: Product,
  /** Of this telling: event and run. */
  uid: z.string(),
  /** Of the run. */
  correlation_uid: z.string(),
  event_code: z.string(),
  log_name: z.literal('shadowscan'),
  log_version: z.string(),
  original_time: z.string(),
  profiles: z.array(z.literal('host')),
  /** Of an event that was too long: `unmapped.cut` says where. */
  is_truncated: z.literal(true).optional(),
  untruncated_size: z.int().nonnegative().optional(),
});

const Device = z.strictObject({
  type_id: z.literal(0),
  type: z.literal('Unknown'),
  hostname: z.string(),
  name: z.string(),
  uid: z.string(),
  os: z.strictObject({
    name: z.string(),
    type_id: z.literal([100, 200, 300]),
    type: z.string(),
    version: z.string(),
  }),
});

const severity = {
  severity_id: z.literal([1, 2, 3, 4, 5]),
  severity: z.enum(['Informational', 'Low', 'Medium', 'High', 'Critical']),
};
const base = { ...severity, time: Millis, message: z.string(), metadata: Metadata, device: Device };

const User = z.strictObject({ name: z.string() });
const Part = z.strictObject({ uid: z.string() });
const Attack = z.strictObject({ technique: Part, sub_technique: Part.optional() });

const FindingInfo = z.strictObject({
  /** By finding, device and user: the same in every run. */
  uid: z.string(),
  title: z.string(),
  desc: z.string(),
  types: z.array(z.string()).min(1),
  analytic: z.strictObject({
    name: z.string(),
    uid: z.string(),
    type_id: z.literal(1),
    type: z.literal('Rule'),
    version: z.string(),
  }),
  /** The fingerprint, which the same finding has on every device. */
  uid_alt: z.string(),
  first_seen_time: Millis.optional(),
  last_seen_time: Millis,
  attacks: z.array(Attack).min(1).optional(),
  tags: z.array(Tag).optional(),
});

const Resource = z.strictObject({
  name: z.string(),
  type: z.string(),
  uid: z.string().optional(),
  version: z.string().optional(),
  owner: User.optional(),
  role_id: z.literal(3),
  role: z.literal('Affected'),
  labels: z.array(z.string()).optional(),
  data: Data,
});

const Evidence = z.strictObject({
  file: z.strictObject({ name: z.string(), path: z.string(), type_id: z.literal([0, 1]) }),
  user: User.optional(),
  data: Data,
});

const finding = {
  ...base,
  category_uid: z.literal(2),
  activity_id: z.literal([1, 2, 3]),
  activity_name: z.enum(['Create', 'Update', 'Close']),
  status_id: z.literal([1, 3, 4]),
  status: z.enum(['New', 'Suppressed', 'Resolved']),
  confidence_id: z.literal([1, 2, 3]),
  confidence: z.enum(['Low', 'Medium', 'High']),
  /** Who waived it, until when and why. */
  comment: z.string().optional(),
  finding_info: FindingInfo,
  resources: z.array(Resource).min(1).optional(),
  evidences: z.array(Evidence).length(1),
  remediation: z.strictObject({
    desc: z.string(),
    kb_article_list: z.array(z.strictObject({ src_url: z.string() })).optional(),
  }),
  unmapped: Unmapped.optional(),
};

export const OcsfDetection = z.strictObject({
  class_uid: z.literal(2004),
  class_name: z.literal('Detection Finding'),
  type_uid: z.literal([200401, 200402, 200403]),
  ...finding,
  /** Whether somebody should be told: not of what is waived or gone. */
  is_alert: z.boolean(),
});
export type OcsfDetection = z.infer<typeof OcsfDetection>;

export const OcsfCompliance = z.strictObject({
  class_uid: z.literal(2003),
  class_name: z.literal('Compliance Finding'),
  type_uid: z.literal([200301, 200302, 200303]),
  ...finding,
  compliance: z.strictObject({
    control: z.string(),
    status_id: z.literal([1, 2, 3]),
    status: z.enum(['Pass', 'Warning', 'Fail']),
    standards: z.array(z.string()),
    requirements: z.array(z.string()),
    assessments: z
      .array(
        z.strictObject({
          name: z.literal('allowlist'),
          meets_criteria: z.literal(false),
          desc: z.string(),
          policy: z.strictObject({ name: z.string(), version: z.string(), uid: z.string() }),
        }),
      )
      .length(1)
      .optional(),
  }),
});
export type OcsfCompliance = z.infer<typeof OcsfCompliance>;

const Component = z.strictObject({
  name: z.string(),
  version: z.string(),
  purl: z.string().optional(),
  type_id: z.literal(99),
  type: z.string(),
  relationship_id: z.literal(1),
  relationship: z.literal('Depends On'),
});

const discovery = {
  ...base,
  category_uid: z.literal(5),
  activity_id: z.literal(2),
  activity_name: z.literal('Collect'),
};

export const OcsfSoftware = z.strictObject({
  class_uid: z.literal(5020),
  class_name: z.literal('Software Inventory Info'),
  type_uid: z.literal(502002),
  ...discovery,
  product: Product,
  sbom: z.strictObject({
    package: z.strictObject({
      name: z.string(),
      version: z.string(),
      type_id: z.literal(1),
      type: z.literal('Application'),
      vendor_name: z.string(),
    }),
    software_components: z.array(Component),
    created_time: Millis,
    uid: z.string(),
  }),
  unmapped: UnmappedAsset,
});
export type OcsfSoftware = z.infer<typeof OcsfSoftware>;

export const OcsfDevice = z.strictObject({
  class_uid: z.literal(5001),
  class_name: z.literal('Device Inventory Info'),
  type_uid: z.literal(500102),
  ...discovery,
  unmapped: UnmappedRun,
});
export type OcsfDevice = z.infer<typeof OcsfDevice>;

export const OcsfScan = z.strictObject({
  class_uid: z.literal(6007),
  class_name: z.literal('Scan Activity'),
  type_uid: z.literal([600702, 600706]),
  ...base,
  category_uid: z.literal(6),
  activity_id: z.literal([2, 6]),
  activity_name: z.enum(['Completed', 'Error']),
  /** `Partial` where something could not be seen, with how much in `status_detail`. */
  status_id: z.literal([1, 2, 99]),
  status: z.enum(['Success', 'Failure', 'Partial']),
  status_detail: z.string().optional(),
  scan: z.strictObject({ uid: z.string(), name: z.literal('shadowscan'), type_id: z.literal(0) }),
  start_time: Millis,
  end_time: Millis,
  duration: Millis,
  num_detections: z.int().nonnegative(),
  num_files: z.int().nonnegative(),
  num_skipped_items: z.int().nonnegative(),
  policy: z.strictObject({ name: z.string(), version: z.string(), uid: z.string() }).optional(),
  unmapped: UnmappedRun,
});
export type OcsfScan = z.infer<typeof OcsfScan>;

export const OcsfFinding = z.discriminatedUnion('class_uid', [OcsfDetection, OcsfCompliance]);
export type OcsfFinding = z.infer<typeof OcsfFinding>;

export const OcsfEvent = z.discriminatedUnion('class_uid', [
  OcsfDetection,
  OcsfCompliance,
  OcsfSoftware,
  OcsfDevice,
  OcsfScan,
]);
export type OcsfEvent = z.infer<typeof OcsfEvent>;
