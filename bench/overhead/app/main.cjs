'use strict';

require('./application.cjs').start((name) => require(name));
