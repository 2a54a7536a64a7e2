import { database, needs } from './database.mjs'
import { ask, serve } from './web.mjs'

await needs('order_notes', 'author')

serve(
  {
    'GET /catalogue': async () => ({
      status: 200,
      body: { items: await database.all('SELECT sku, price FROM items') },
    }),
    'POST /checkout': async ({ token }) => {
      const who = await ask(process.env.AUTH_PORT, 'GET', '/whoami', { token })
      if (who.status !== 200) return who
      throw new Error('basket.total is not a function')
    },
    'GET /orders/:id': async ({ id }) => {
      const [order] = await database.all(
        'SELECT id, sku, state, note, author FROM orders LEFT JOIN order_notes ON order_id = id WHERE id = ?',
        Number(id),
      )
      return order ? { status: 200, body: order } : { status: 404, body: { error: 'no such order' } }
    },
  },
  () => database.all('SELECT 1'),
)
