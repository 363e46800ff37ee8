/**
 * Libraries whose calls people look for in a trace, and which nothing here looks into yet. With `through`: what is seen of them where that
 * library is used. A library leaves this list when its instrumentation comes.
 */
export const UNINSTRUMENTED_LIBRARIES: ReadonlyMap<string, { readonly through?: string }> = new Map([
  ...['better-sqlite3', 'mysql2', 'postgres', '@libsql/client', '@electric-sql/pglite'].map(
    (library) => [library, { through: 'drizzle-orm' }] as const,
  ),
  ...[
    '@apollo/server',
    '@clickhouse/client',
    '@confluentinc/kafka-javascript',
    '@elastic/elasticsearch',
    '@google-cloud/pubsub',
    '@grpc/grpc-js',
    '@hapi/hapi',
    '@opensearch-project/opensearch',
    '@prisma/client',
    'amqplib',
    'bunyan',
    'cassandra-driver',
    'graphql',
    'kafkajs',
    'mariadb',
    'memcached',
    'memjs',
    'mongodb',
    'mongoose',
    'mqtt',
    'mssql',
    'mysql',
    'nats',
    'oracledb',
    'restify',
    'socket.io',
    'sqlite3',
    'winston',
    'ws',
  ].map((library) => [library, {}] as const),
]);
