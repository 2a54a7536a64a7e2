import { createPool } from 'mysql2/promise'

export function open(url) {
  const pool = createPool({ uri: url, connectionLimit: 4, connectTimeout: 3000 })
  return {
    all: async (sql, ...values) => (await pool.query(sql, values))[0],
    run: async (sql, ...values) => (await pool.query(sql, values))[0].insertId,
  }
}
