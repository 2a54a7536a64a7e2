// Where the shop keeps its orders. SHOP_DB is the file of a SQLite, or mysql://user:password@host:port/database.
const where = process.env.SHOP_DB
const { open } = await import(where.startsWith('mysql://') ? './mysql.mjs' : './sqlite.mjs')

/** `all(sql, ...values)` gives rows, `run(sql, ...values)` the number of the row that was inserted. */
export const database = open(where)

/** A release that cannot run on today's schema says so, and ends. */
export async function needs(table, column) {
  try {
    await database.all(`SELECT ${column} FROM ${table} LIMIT 1`)
  } catch (error) {
    console.error(`fatal: this release cannot run without ${table}.${column}: ${error.message}`)
    process.exit(1)
  }
}
