// Copyright (c) The Jaeger Authors, changed for Vigil.
// SPDX-License-Identifier: Apache-2.0

// Stands in for github.com/jaegertracing/jaeger@v1.76.0/cmd/jaeger/internal/extension/jaegerstorage/extension.go: badger
// is the only store, and there is no store of metrics.
package jaegerstorage

import (
	"context"
	"errors"
	"fmt"
	"io"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/extension"

	"github.com/jaegertracing/jaeger/internal/metrics"
	"github.com/jaegertracing/jaeger/internal/storage/v1"
	"github.com/jaegertracing/jaeger/internal/storage/v2/api/tracestore"
	"github.com/jaegertracing/jaeger/internal/storage/v2/badger"
	"github.com/jaegertracing/jaeger/internal/telemetry"
)

// Extension hands out stores by name.
type Extension interface {
	extension.Extension
	TraceStorageFactory(name string) (tracestore.Factory, bool)
	MetricStorageFactory(name string) (storage.MetricStoreFactory, bool)
}

type storageExt struct {
	config    *Config
	telset    component.TelemetrySettings
	factories map[string]tracestore.Factory
}

func newStorageExt(cfg *Config, telset component.TelemetrySettings) *storageExt {
	return &storageExt{config: cfg, telset: telset, factories: make(map[string]tracestore.Factory)}
}

// GetTraceStoreFactory finds the store of a name. It has to be defined earlier in the configuration.
func GetTraceStoreFactory(name string, host component.Host) (tracestore.Factory, error) {
	for id, ext := range host.GetExtensions() {
		if id.Type() != componentType {
			continue
		}
		if found, ok := ext.(Extension); ok {
			if factory, ok := found.TraceStorageFactory(name); ok {
				return factory, nil
			}
		}
	}
	return nil, fmt.Errorf("cannot find definition of storage '%s' in extension '%s'", name, componentType)
}

// GetMetricStorageFactory finds nothing: this build has no store of metrics.
func GetMetricStorageFactory(name string, _ component.Host) (storage.MetricStoreFactory, error) {
	return nil, fmt.Errorf("cannot find metric storage '%s': this build has none", name)
}

func (s *storageExt) Start(_ context.Context, host component.Host) error {
	telset := telemetry.FromOtelComponent(s.telset, host)
	jaeger := telset.Metrics.Namespace(metrics.NSOptions{Name: "jaeger"})
	for name, cfg := range s.config.TraceBackends {
		tags := map[string]string{"name": name, "kind": "badger", "role": "tracestore"}
		scoped := jaeger.Namespace(metrics.NSOptions{Name: "storage", Tags: tags})
		factory, err := badger.NewFactory(*cfg.Badger, scoped, s.telset.Logger)
		if err != nil {
			return fmt.Errorf("failed to initialize storage '%s': %w", name, err)
		}
		s.factories[name] = factory
	}
	return nil
}

func (s *storageExt) Shutdown(context.Context) error {
	var errs []error
	for _, factory := range s.factories {
		if closer, ok := factory.(io.Closer); ok {
			errs = append(errs, closer.Close())
		}
	}
	return errors.Join(errs...)
}

func (s *storageExt) TraceStorageFactory(name string) (tracestore.Factory, bool) {
	factory, ok := s.factories[name]
	return factory, ok
}

func (*storageExt) MetricStorageFactory(string) (storage.MetricStoreFactory, bool) {
	return nil, false
}
