// Copyright (c) The Jaeger Authors, changed for Vigil.
// SPDX-License-Identifier: Apache-2.0

// Stands in for github.com/jaegertracing/jaeger@v1.76.0/cmd/jaeger/internal/extension/jaegerstorage/config.go: badger is
// the only store.
package jaegerstorage

import (
	"errors"
	"fmt"

	"go.opentelemetry.io/collector/confmap"

	"github.com/jaegertracing/jaeger/internal/storage/v1/badger"
)

// Config holds trace stores by the name that other components call them.
type Config struct {
	TraceBackends map[string]TraceBackend `mapstructure:"backends"`
}

// TraceBackend is one trace store.
type TraceBackend struct {
	Badger *badger.Config `mapstructure:"badger"`
}

// Unmarshal lays what is given over the defaults.
func (cfg *TraceBackend) Unmarshal(conf *confmap.Conf) error {
	if conf.IsSet("badger") {
		cfg.Badger = badger.DefaultConfig()
	}
	return conf.Unmarshal(cfg)
}

// Validate refuses a configuration without a store and a store without a kind.
func (cfg *Config) Validate() error {
	if len(cfg.TraceBackends) == 0 {
		return errors.New("at least one storage is required")
	}
	for name, backend := range cfg.TraceBackends {
		if backend.Badger == nil {
			return fmt.Errorf("storage '%s': this build knows badger only", name)
		}
	}
	return nil
}
