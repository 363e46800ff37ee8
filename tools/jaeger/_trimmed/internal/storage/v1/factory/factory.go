// Copyright (c) The Jaeger Authors, changed for Vigil.
// SPDX-License-Identifier: Apache-2.0

// Stands in for github.com/jaegertracing/jaeger@v1.76.0/internal/storage/v1/factory/factory.go, which imports every store
// there is: the query service uses this one type of it.
package factory

import "github.com/jaegertracing/jaeger/internal/storage/v1/api/spanstore"

// ArchiveStorage is where the query service would keep traces for good.
type ArchiveStorage struct {
	Reader spanstore.Reader
	Writer spanstore.Writer
}
