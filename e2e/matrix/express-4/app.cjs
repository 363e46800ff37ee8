const express = require('express');
const { expressApp } = require('../apps/express.mjs');

expressApp(express);
