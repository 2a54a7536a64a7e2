import { database, needs } from './database.mjs'
import { ask, serve } from './web.mjs'

await needs('orders', 'note')

serve(
  {
    'GET /catalogue': async () => ({
      status: 200,
      body: { items: await database.all('SELECT sku, price FROM items') },
    }),
    'POST /checkout': async ({ body, token }) => {
      const who = await ask(process.env.AUTH_PORT, 'GET', '/whoami', { token })
      if (who.status !== 200) return who
      const id = await database.run(
        "INSERT INTO orders (customer_id, sku, quantity, state, note) VALUES (1, ?, 1, 'placed', ?)",
        body.sku,
        body.note ?? null,
      )
      return { status: 201, body: { id } }
    },
    'GET /orders/:id': async ({ id }) => {
      const [order] = await database.all('SELECT id, sku, state, note FROM orders WHERE id = ?', Number(id))
      return order ? { status: 200, body: order } : { status: 404, body: { error: 'no such order' } }
    },
  },
  () => database.all('SELECT 1'),
)
