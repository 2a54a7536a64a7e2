import { DatabaseSync } from 'node:sqlite'
import { ask, serve } from './web.mjs'

const database = new DatabaseSync(process.env.SHOP_DB, { timeout: 5000 })
const columns = database.prepare("SELECT name FROM pragma_table_info('orders')").all()
if (!columns.some(({ name }) => name === 'note')) {
  console.error('fatal: orders has no column note: this release cannot run on this schema')
  process.exit(1)
}
const insert = database.prepare(
  "INSERT INTO orders (customer_id, sku, quantity, state, note) VALUES (1, ?, 1, 'placed', ?)",
)
const select = database.prepare('SELECT id, sku, state, note FROM orders WHERE id = ?')

serve(
  {
    'GET /catalogue': () => ({ status: 200, body: { items: database.prepare('SELECT sku, price FROM items').all() } }),
    'POST /checkout': async ({ body, token }) => {
      const who = await ask(process.env.AUTH_PORT, 'GET', '/whoami', { token })
      if (who.status !== 200) return who
      const price = body.basket.items[0].price
      return { status: 201, body: { id: insert.run(body.sku, body.note ?? null).lastInsertRowid, price } }
    },
    'GET /orders/:id': ({ id }) => {
      const order = select.get(Number(id))
      return order ? { status: 200, body: order } : { status: 404, body: { error: 'no such order' } }
    },
  },
  () => database.prepare('SELECT 1').get(),
)
