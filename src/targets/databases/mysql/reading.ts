import type { Result } from '../../../state/fault.ts'
import type { Query } from '../query.ts'
import type { MysqlConfig } from './config.ts'

/** Whatever is read of the database, or the fault it is told as. */
export type Reading = <T>(read: (query: Query, config: MysqlConfig) => Promise<T>) => Promise<Result<T>>
