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
  /** Rows read from one table. */
  databaseRows: 20_000,
  /** Bytes of one cell of a database; longer ones are cut off with a gap. */
  databaseCellBytes: 8 * 1024 * 1024,
  /** Tables, indexes, views and triggers that one database may declare. */
  databaseObjects: 4_000,
  /** Bytes of the declarations of one database together. */
  databaseSchemaBytes: 1024 * 1024,
  /** Bytes read of all sources of one home together. */
  homeBytes: 1024 * 1024 * 1024,
  /** Nesting of objects and lists in one source. */
  treeDepth: 200,
  /** Nodes of one source's tree, aliases expanded. */
  treeNodes: 2_000_000,
  /** Matches of one selector in one source. */
  matches: 20_000,
  /** Files that one path row may match in one place. */
  filesPerRow: 5_000,
  /** Files that a row of transcripts may match in one place. */
  transcriptsPerRow: 40_000,
  /** Folders below its fixed part that a path row may descend. */
  globDepth: 12,
  /** Entries looked at while one path row is expanded. */
  entriesPerRow: 100_000,
  /** Names read of one folder. */
  folderEntries: 100_000,
  /** Names that the probe looks at in one home, its workspaces included. */
  probeEntries: 60_000,
  /** Bytes of a file that the probe looks into. */
  probeBytes: 1024 * 1024,
  /** Files that the probe looks into in one home. */
  probeFiles: 4_000,
  /** Names that a deep walk looks at in one home. */
  deepEntries: 1_000_000,
  /** Levels of folders that a deep walk descends. */
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
  /** Homes of one machine. */
  homes: 1_000,
  /** Bytes of the report of one home, as its child prints it. */
  homeReportBytes: 256 * 1024 * 1024,
  /** Seconds without which the scan of a home is not begun. */
  leastHomeSeconds: 1,
  /** Seconds that the child of a home may take beyond its time before it is killed. */
  homeGraceSeconds: 2,
  /** Bytes of a report that was saved. */
  savedReportBytes: 256 * 1024 * 1024,
  /** Characters that Intune keeps of what a detection script prints. */
  intuneChars: 2_000,
  /** Characters of one value that is shown, names and paths included. */
  shownChars: 2_048,
  /** Names listed in one fact, such as the settings of a policy. */
  shownNames: 200,
  /** Characters of one value that is looked at for secrets by name and context. */
  judgedChars: 65_536,
  /** Lines that the recovery of a broken line-based file may leave out. */
  recoveredLines: 8,
  /** Bytes of an allowlist or rule file. */
  ruleBytes: 16 * 1024 * 1024,
  /** Bytes of a package's manifest. */
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
  /** Bytes of git's list of the files of one work tree. */
  gitIndexBytes: 128 * 1024 * 1024,
  /** Bytes of one commit or tree of git, unpacked. */
  gitObjectBytes: 16 * 1024 * 1024,
  /** Bytes and lines of one list of what git ignores, and wildcards in one of its lines. */
  ignoreBytes: 256 * 1024,
  ignoreLines: 5_000,
  ignoreStars: 2,
  /** Characters of a path that is held against such lists. */
  ignoredPathChars: 512,
  /** Folders above a file that are looked at for what they are part of. */
  foldersAbove: 64,
  /** Running programs looked at. */
  processes: 50_000,
  /** Bytes of one program's command line. */
  commandLineBytes: 256 * 1024,
  /** Bytes of all of them together, beyond which each is read to its first few arguments only. */
  commandLinesBytes: 64 * 1024 * 1024,
  /** Open files looked at for sockets, of all processes together. */
  descriptors: 200_000,
  /** Bytes of one of the kernel's tables of sockets. */
  socketTableBytes: 32 * 1024 * 1024,
  /** Seconds that a program of the OS may take. */
  programSeconds: 30,
  /** Bytes that it may print. */
  programBytes: 64 * 1024 * 1024,
  /** Bytes of a program whose SHA-256 an allowlist asks for. */
  hashedBytes: 256 * 1024 * 1024,
  /** Names with values, and URLs, that are judged in one text. */
  pairs: 200_000,
  /** Bytes of a key, a signature or a policy file. */
  smallFileBytes: 256 * 1024,
  /** Memory that opening an encrypted signing key may take; minisign's own keys ask for one gigabyte. */
  keyMemoryBytes: 1024 * 1024 * 1024,
  /** Seconds that one request for a list may take, to the last byte. */
  requestSeconds: 20,
  /** Seconds that all requests for one list may take together. */
  networkSeconds: 120,
  /** Addresses of the same host that one request may be sent on to. */
  redirects: 3,
  /** Pages of one registry. */
  registryPages: 1_000,
  /** Bytes of all pages of one registry together. */
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
  /** Names whose meaning is remembered while large texts are read. */
  rememberedNames: 20_000,
} as const;
