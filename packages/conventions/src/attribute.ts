/** Resource attributes that name who speaks. Prometheus keeps them on `target_info`, Jaeger and Loki on every record. */
export const SERVICE_NAME = 'service.name';
export const SERVICE_NAMESPACE = 'service.namespace';
export const SERVICE_VERSION = 'service.version';
export const SERVICE_INSTANCE_ID = 'service.instance.id';
export const DEPLOYMENT_ENVIRONMENT_NAME = 'deployment.environment.name';
export const TELEMETRY_DISTRO_NAME = 'telemetry.distro.name';
export const TELEMETRY_DISTRO_VERSION = 'telemetry.distro.version';

/**
 * Resource attributes that Prometheus must copy onto every metric (`otlp.promote_resource_attributes`): rules and panels
 * group by them.
 */
export const PROMOTED_RESOURCE_ATTRIBUTES = [
  SERVICE_NAME,
  SERVICE_NAMESPACE,
  SERVICE_INSTANCE_ID,
  SERVICE_VERSION,
  DEPLOYMENT_ENVIRONMENT_NAME,
] as const;

/** Attributes of spans, metrics and logs. */
export const CLIENT_ADDRESS = 'client.address';
export const CPU_MODE = 'cpu.mode';
export const DB_CLIENT_CONNECTION_POOL_NAME = 'db.client.connection.pool.name';
export const DB_CLIENT_CONNECTION_STATE = 'db.client.connection.state';
export const DB_COLLECTION_NAME = 'db.collection.name';
export const DB_NAMESPACE = 'db.namespace';
export const DB_OPERATION_BATCH_SIZE = 'db.operation.batch.size';
export const DB_OPERATION_NAME = 'db.operation.name';
export const DB_QUERY_TEXT = 'db.query.text';
export const DB_RESPONSE_STATUS_CODE = 'db.response.status_code';
export const DB_QUERY_SUMMARY = 'db.query.summary';
export const DB_RESPONSE_RETURNED_ROWS = 'db.response.returned_rows';
export const DB_SYSTEM_NAME = 'db.system.name';
export const ERROR_TYPE = 'error.type';
export const HTTP_REQUEST_METHOD = 'http.request.method';
export const HTTP_REQUEST_METHOD_ORIGINAL = 'http.request.method_original';
export const HTTP_RESPONSE_STATUS_CODE = 'http.response.status_code';
export const HTTP_ROUTE = 'http.route';
export const NETWORK_PEER_ADDRESS = 'network.peer.address';
export const NETWORK_PEER_PORT = 'network.peer.port';
export const NETWORK_PROTOCOL_VERSION = 'network.protocol.version';
export const NODEJS_EVENTLOOP_STATE = 'nodejs.eventloop.state';
export const SAMPLING_PARTIAL = 'sampling.partial';
export const SAMPLING_RULE = 'sampling.rule';
export const OTEL_COMPONENT_NAME = 'otel.component.name';
export const OTEL_COMPONENT_TYPE = 'otel.component.type';
export const SERVER_ADDRESS = 'server.address';
export const SERVER_PORT = 'server.port';
export const URL_FULL = 'url.full';
export const URL_PATH = 'url.path';
export const URL_QUERY = 'url.query';
export const URL_SCHEME = 'url.scheme';
export const USER_AGENT_ORIGINAL = 'user_agent.original';
export const V8JS_GC_TYPE = 'v8js.gc.type';
export const V8JS_HEAP_SPACE_NAME = 'v8js.heap.space.name';
export const V8JS_RESOURCE_TYPE = 'v8js.resource.type';
/** Set to true on any span of a trace that must be kept, whatever sampling says. */
export const VIGIL_SAMPLING_FORCE = 'vigil.sampling.force';
/** OpenTelemetry name of a metric that another metric tells about. */
export const VIGIL_METRIC_NAME = 'vigil.metric.name';
export const VIGIL_OUTCOME = 'vigil.outcome';
export const VIGIL_REDIS_CONNECTION_STATE = 'vigil.redis.connection.state';
export const VIGIL_REDIS_KEY_GROUP = 'vigil.redis.key.group';
