/** The one place where a name becomes part of a statement. */
export { mysqlName as quoteName } from '../../../state/sql/quote.ts'
