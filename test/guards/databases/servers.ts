import type { Guard } from '../guard.ts'

const mysql = 'src/targets/databases/mysql'
const replicas = 'test/live/mysql-replicas.test.ts'

/** Which server it is, and who follows it. */
export const servers: readonly Guard[] = [
  {
    id: 'databases.not-on-a-replica',
    row: 'The wrong server: a replica, or one that takes no writes',
    file: 'src/state/planner/servers.ts',
    find: "const from = replicaOf === null || replicaOf === 'none' || declared.replica === true ? null : replicaOf",
    replace: "const from = replicaOf === null || replicaOf !== '' || declared.replica === true ? null : replicaOf",
    test: replicas,
    name: 'is not reversed on its replica, nor where it takes no writes',
  },
  {
    id: 'databases.not-where-it-is-read-only',
    row: 'The wrong server: a replica, or one that takes no writes',
    file: `${mysql}/server.ts`,
    find: "readOnly: readOnly !== '0' && Number(readOnly) !== 0 && readOnly !== 'OFF',",
    replace: "readOnly: readOnly === 'never',",
    test: replicas,
    name: 'is not reversed on its replica, nor where it takes no writes',
  },
  {
    id: 'databases.seen-to-replicate',
    row: 'The wrong server: a replica, or one that takes no writes',
    file: `${mysql}/server.ts`,
    find: '...(await replicationOf(query)),',
    replace: "...(query === null ? await replicationOf(query) : { replicaOf: 'none', lagSeconds: 0 }),",
    test: replicas,
    name: 'is not reversed on its replica, nor where it takes no writes',
  },
  {
    id: 'databases.not-where-a-failover-led',
    row: 'A failover between plan and reversal: the server is a replica by now',
    file: `${mysql}/act/fence.ts`,
    find: '  if (wrong !== null) return wrong\n',
    replace: '',
    test: replicas,
    name: 'is not fenced, and nothing begun, on a server that has become a replica or read-only since the plan was made',
  },
  {
    id: 'databases.which-server-is-told',
    row: 'The wrong server: a replica, or one that takes no writes',
    file: `${mysql}/server.ts`,
    find: 'place: `${String(hostname)}:${String(port)}`,',
    replace: 'place: String(hostname),',
    test: 'test/live/mysql-fence.test.ts',
    name: 'tells which server it is, who is at it, and what keeps a change waiting',
  },
  {
    id: 'databases.nothing-more-while-replicas-lag',
    row: 'Replicas are behind, and what is written now puts them further back',
    file: `${mysql}/replicas/pause.ts`,
    find: '    if (late.length === 0) return null\n',
    replace: '    if (late.length >= 0) return null\n',
    test: replicas,
    name: 'gets nothing more while a replica is far behind, and goes on when it follows',
  },
  {
    id: 'databases.readers-wait-for-replicas',
    row: 'Readers of a replica meet the former schema once the run says it is done',
    file: `${mysql}/replicas/follow.ts`,
    find: 'if (one.stands.marks !== wanted.value.marks) return [`${one.place} has not all of it yet`]',
    replace: '',
    test: replicas,
    name: 'lets readers come again only when each replica has all that was done, or says which has not',
  },
  {
    id: 'databases.a-load-replicates',
    row: 'A backup switches its binlog off, and the replicas never get what was restored',
    file: `${mysql}/act/restore/dump-filter.ts`,
    find: '|SET @@SESSION\\.SQL_LOG_BIN',
    replace: '',
    test: 'test/live/mysql-restore-edges.test.ts',
    name: 'is loaded into its own schema alone, and into the binlog, whatever its lines say',
  },
]
