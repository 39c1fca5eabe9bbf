// The list of reports on mercurius with its JIT compiler: the fastest GraphQL server for Node that we know of.
// Places and categories are in memory. The statement is that of the hand-written peer, given in STATEMENT.

import fastify from 'fastify'
import mercurius from 'mercurius'
import pg from 'pg'

const schema = `
  type Place { code: String! name: String! }
  type Kelurahan { code: String! name: String! kecamatan: Place! city: Place! }
  type Category { code: String! name: String! weight: Int! }
  type GeoPoint { latitude: Float! longitude: Float! }
  type Report {
    id: ID! number: String! title: String! status: String! submittedAt: String! location: GeoPoint!
    category: Category! kelurahan: Kelurahan!
  }
  type ReportEdge { node: Report! }
  type ReportConnection { edges: [ReportEdge!]! }
  type Query { reports(first: Int!): ReportConnection! }
`

// Moments have six decimals or none, which a Date cannot hold: '2026-11-25 05:00:00.5+00' is '2026-11-25T05:00:00.500000Z'.
function moment(text) {
  const fraction = text.slice(20, -3)
  return `${text.slice(0, 10)}T${text.slice(11, 19)}${fraction && `.${fraction.padEnd(6, '0')}`}Z`
}

pg.types.setTypeParser(pg.types.builtins.TIMESTAMPTZ, moment)
pg.types.setTypeParser(pg.types.builtins.INT8, Number)

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 5, options: '-c timezone=UTC' })

const kelurahan = new Map((await pool.query('SELECT * FROM kelurahan')).rows.map((row) => [row.code, {
  code: row.code,
  name: row.name,
  kecamatan: { code: row.kecamatan_code, name: row.kecamatan },
  city: { code: row.city_code, name: row.city }
}]))
const categories = new Map((await pool.query('SELECT * FROM category')).rows.map((row) => [row.code, {
  code: row.code,
  name: row.name_id,
  weight: row.weight
}]))

function edge(row) {
  return {
    node: {
      id: Buffer.from(`Report:${row.id}`).toString('base64url'),
      number: row.number,
      title: row.title,
      status: row.status,
      submittedAt: row.submitted_at,
      location: { latitude: row.latitude, longitude: row.longitude },
      category: categories.get(row.category),
      kelurahan: kelurahan.get(row.kelurahan)
    }
  }
}

const resolvers = {
  Query: {
    async reports(_, { first }) {
      const { rows } = await pool.query({ name: 'list', text: process.env.STATEMENT, values: [first] })
      return { edges: rows.map(edge) }
    }
  }
}

const app = fastify()
app.register(mercurius, { schema, resolvers, jit: 1 })
app.get('/readyz', async () => 'ok')

process.stdin.on('end', () => process.exit()).resume() // ends with the benchmark
await app.listen({ host: process.env.HOST, port: Number(process.env.PORT) })
