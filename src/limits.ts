/**
 * Every bound of the program, in one place. Nothing here is a tuning knob for accuracy: each number
 * exists so that a hostile or broken home cannot make a scan hang, grow or lie. What a bound cuts off
 * becomes a gap in the report.
 */
export const limits = {
  /** Bytes of one text source. Claude Code's state file is known to reach tens of megabytes. */
  sourceBytes: 64 * 1024 * 1024,
  /** Bytes of one SQLite database (with its write-ahead log) that is opened in memory. */
  databaseBytes: 256 * 1024 * 1024,
  /** Rows read from one table, and bytes of one cell; longer ones are cut off with a gap. */
  databaseRows: 20_000,
  databaseCellBytes: 8 * 1024 * 1024,
  /** Tables, indexes, views and triggers that one database may declare, and bytes of all of it. */
  databaseObjects: 4_000,
  databaseSchemaBytes: 1024 * 1024,
  /** Bytes read of all sources of one home together. */
  homeBytes: 1024 * 1024 * 1024,
  /** Nesting of objects and lists in one source, and nodes of its tree, aliases expanded. */
  treeDepth: 200,
  treeNodes: 400_000,
  /** Matches of one selector in one source. */
  matches: 4_000,
  /** Files that one path row may match in one place, and a row of transcripts. */
  filesPerRow: 5_000,
  transcriptsPerRow: 40_000,
  /** Folders below its fixed part that a path row may descend. */
  globDepth: 12,
  /** Entries looked at while one path row is expanded. */
  entriesPerRow: 100_000,
  /** Bytes that a folder itself takes up to which its names are few, and read in one go. */
  smallFolderBytes: 64 * 1024,
  /** Names read of one folder. */
  folderEntries: 100_000,
  /** Names that the probe looks at in one home, its workspaces included. */
  probeEntries: 60_000,
  /** Bytes of a file that the probe looks into. */
  probeBytes: 1024 * 1024,
  /** Files that the probe looks into in one home. */
  probeFiles: 4_000,
  /** Names that a deep walk looks at in one home, and levels of folders that it descends. */
  deepEntries: 1_000_000,
  deepDepth: 16,
  /** Sources of one run. */
  sources: 50_000,
  /** Leads of one kind that one home may name; agents record thousands of folders over the years. */
  leads: 10_000,
  /** Rounds of following leads that name further leads. */
  leadRounds: 8,
  /** Wrappers inside wrappers of one server definition. */
  unwrapDepth: 8,
  /** Arguments looked at in one server definition. */
  args: 1_000,
  /** Homes of one machine, and bytes of the report of one, as its child prints it. */
  homes: 1_000,
  homeReportBytes: 256 * 1024 * 1024,
  /** Seconds that a home needs, may take anyhow, and has to end; milliseconds between looks at a parent. */
  leastHomeSeconds: 1,
  usualHomeSeconds: 5,
  homeGraceSeconds: 2,
  watchMilliseconds: 500,
  /** Bytes of a report that was saved. */
  savedReportBytes: 256 * 1024 * 1024,
  /** Characters that Intune keeps of what a detection script prints. */
  intuneChars: 2_000,
  /** Events and bytes (before compression) that are handed to a receiver at once; syslog has no answer. */
  shipEvents: 500,
  shipBytes: 900_000,
  syslogEvents: 2_000,
  /** Milliseconds that a connection stays open behind a batch, so that who is stopped meanwhile ends it. */
  syslogHoldMilliseconds: 250,
  /** Milliseconds after which a syslog receiver must still be there for a batch to count. */
  syslogSettleMilliseconds: 100,
  /**
   * Bytes of one event, since receivers cut at 64 KB without a word; receivers that a heartbeat tells of;
   * days after which all is told again.
   */
  eventBytes: 60_000,
  toldSinks: 32,
  wholeDays: 7,
  /** Tries in vain, and events refused one by one, after which a receiver is left until the next run. */
  shipTries: 3,
  shipAlone: 20,
  /** Receivers that are delivered to at once; seconds that one may take in a run, and by itself. */
  shipAtOnce: 4,
  shipSeconds: 30,
  flushSeconds: 300,
  /** Milliseconds up to which the first wait between tries may last, and any of them. */
  backoffMilliseconds: 1_000,
  mostBackoffMilliseconds: 30_000,
  /** Milliseconds that a receiver may ask for before the next try; those left of a token that is not used. */
  retryAfterMilliseconds: 24 * 60 * 60 * 1000,
  tokenMarginMilliseconds: 2 * 60 * 1000,
  /** How often a collector is asked whether it has indexed a batch, and milliseconds between. */
  ackTries: 20,
  ackMilliseconds: 500,
  /** Bytes of a receiver's answer that are read; reasons of refusals that are shown, characters of each. */
  replyBytes: 4 * 1024 * 1024,
  refusals: 5,
  refusalChars: 200,
  /** Bytes, days and refused events that the outbox holds for a receiver; the oldest go first, counted. */
  outboxBytes: 50 * 1024 * 1024,
  outboxDays: 14,
  outboxRefused: 1_000,
  /** Bytes of a file of events after which it is set aside, and how many of those are kept. */
  dropBytes: 50 * 1024 * 1024,
  dropFiles: 5,
  /** Characters of one value that is shown, names and paths included. */
  shownChars: 2_048,
  /** Names listed in one fact, such as the settings of a policy. */
  shownNames: 200,
  /** Characters of one value that is looked at for secrets by name and context. */
  judgedChars: 65_536,
  /** Lines that the recovery of a broken line-based file may leave out. */
  recoveredLines: 8,
  /** Bytes of an allowlist or rule file, and of a package's manifest. */
  ruleBytes: 16 * 1024 * 1024,
  manifestBytes: 1024 * 1024,
  /** Seconds that a scan may take unless `--time-limit` says otherwise. */
  scanSeconds: 300,
  /** Flaws noted of one source; garbage has thousands, and more of them say nothing new. */
  flaws: 32,
  /** Characters of a source whose parser keeps an object for every token (YAML, TOML, XML, JSON5). */
  parsedChars: 1024 * 1024,
  /** Nesting at which the reading of XML ends, since the library's own books grow with it. */
  parsedDepth: 10_000,
  /** Characters read again to recover a broken line-based file, all attempts together. */
  repairedChars: 4 * 1024 * 1024,
  /** Nodes that the aliases of one YAML source may add. */
  aliasNodes: 100_000,
  /** Characters that a quoted value of a line-based file may span. */
  quotedChars: 65_536,
  /** Characters of a text in which shapes with anchors of two or three letters are looked for too. */
  shortAnchorChars: 8 * 1024 * 1024,
  /** Bytes of git's list of the files of one work tree, and of one commit or tree, unpacked. */
  gitIndexBytes: 128 * 1024 * 1024,
  gitObjectBytes: 16 * 1024 * 1024,
  /** Bytes and lines of one list of what git ignores, and wildcards in one of its lines. */
  ignoreBytes: 256 * 1024,
  ignoreLines: 5_000,
  ignoreStars: 2,
  /** Characters of a path that is held against such lists. */
  ignoredPathChars: 512,
  /** Folders above a file that are looked at for what they are part of. */
  foldersAbove: 64,
  /** Running programs looked at, and interfaces of networks. */
  processes: 50_000,
  interfaces: 4_096,
  /** Bytes of one program's command line. */
  commandLineBytes: 256 * 1024,
  /** Bytes of all of them together, beyond which each is read to its first few arguments only. */
  commandLinesBytes: 64 * 1024 * 1024,
  /** Open files looked at for sockets, of all processes together. */
  descriptors: 200_000,
  /** Bytes of one of the kernel's tables of sockets. */
  socketTableBytes: 32 * 1024 * 1024,
  /** Seconds that a program of the OS may take, and bytes that it may print. */
  programSeconds: 30,
  programBytes: 64 * 1024 * 1024,
  /** Bytes of a program whose SHA-256 an allowlist asks for. */
  hashedBytes: 256 * 1024 * 1024,
  /** Names with values, and URLs, that are judged in one text. */
  pairs: 200_000,
  /** Bytes of a key, a signature or a policy file. */
  smallFileBytes: 256 * 1024,
  /** Memory that opening an encrypted signing key may take; minisign's own keys ask for one gigabyte. */
  keyMemoryBytes: 1024 * 1024 * 1024,
  /** Seconds that one request for a list may take, to the last byte, and all for one list together. */
  requestSeconds: 20,
  networkSeconds: 120,
  /** Addresses of the same host that one request may be sent on to. */
  redirects: 3,
  /** Pages of one registry, and bytes of all of them together. */
  registryPages: 1_000,
  registryBytes: 64 * 1024 * 1024,
  /** Versions of servers that one registry may list. */
  registryEntries: 50_000,
  /** Characters of a registry's mark for the next page. */
  cursorChars: 4_096,
  /** Bytes of one file in the cache of lists. */
  cacheBytes: 128 * 1024 * 1024,
  /** Hours after which a registry is read as a whole again, and not what is new alone. */
  registryWholeHours: 24,
  /** Days after which the copy of a registry, which says no expiry itself, approves nothing any more. */
  registryDays: 30,
  /** Bytes of a large text that are looked at together, and those round them that are read twice. */
  chunkBytes: 1024 * 1024,
  chunkOverlap: 32 * 1024,
  /** Bytes read of standard input. */
  inputBytes: 64 * 1024 * 1024,
  /** First bytes of a large text, by which it is known to be binary. */
  headBytes: 8 * 1024,
  /** Bytes of one large text, such as a transcript. */
  bulkBytes: 16 * 1024 * 1024 * 1024,
  /** Places of secrets noted in one large text. */
  bulkHits: 20_000,
  /** Bytes of a large text that one thread reads before it looks for more work. */
  partBytes: 8 * 1024 * 1024,
  /** Large texts that are open at a time. */
  openFiles: 64,
  /** Bytes of large texts together from which a second thread pays. */
  threadBytes: 64 * 1024 * 1024,
  /** Milliseconds that a part may take in the second thread; what is late is read in the first. */
  partMilliseconds: 30_000,
  /** Bytes before the end of a large text that tell whether it only grew since. */
  markBytes: 4_096,
  /** Bytes of the database that `--state` keeps, and those up to which it is checked when it is opened. */
  stateBytes: 256 * 1024 * 1024,
  stateCheckedBytes: 32 * 1024 * 1024,
  /** Milliseconds that a scan waits for another one that writes to it. */
  stateWaitMilliseconds: 10_000,
  /** Runs, findings, agents and servers, large texts that are remembered; days that resolved ones are. */
  stateRuns: 1_000,
  stateFindings: 50_000,
  stateItems: 20_000,
  stateTexts: 40_000,
  stateResolvedDays: 400,
  /** Bytes remembered of one large text, sets of places whose last report is saved, runs told at once. */
  stateHitsBytes: 256 * 1024,
  stateReports: 8,
  historyRuns: 1_000,
  /** Days after which a text that only grows is read from its start again all the same. */
  stateWholeDays: 30,
  /** Rows of one client's own list of servers that are compared with the allowlist. */
  allowedRows: 2_000,
  /** Names whose meaning is remembered while large texts are read. */
  rememberedNames: 4_093,
  /** Milliseconds that the OS's keychain may take to answer a question nobody waits for. */
  keychainMilliseconds: 5_000,
  /** Milliseconds that a started program waits for it: its user may be typing a password. */
  keychainWaitMilliseconds: 25_000,
  /** Bytes of one file of the vault. */
  vaultFileBytes: 4 * 1024 * 1024,
  /** Milliseconds between two tries to take a lock, and to wait for one. */
  lockPauseMilliseconds: 10,
  lockMilliseconds: 10_000,
  /** Milliseconds that a config may need to name an entry again while its tool writes it. */
  configMilliseconds: 500,
  /** Milliseconds after which people are told that the keychain is waited for. */
  silentMilliseconds: 2_000,
  /** Milliseconds after a change before it is looked at, and between two looks without one. */
  settleMilliseconds: 20,
  pollMilliseconds: 2_000,
  /** Milliseconds that programs may take to end that outlived their starter. */
  outliveMilliseconds: 1_500,
  /** Milliseconds that a config must have been left alone before it is edited. */
  quietMilliseconds: 2_000,
  /** Times that a config is looked at again because somebody keeps writing it. */
  editTries: 5,
} as const;
