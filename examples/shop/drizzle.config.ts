import { defineConfig } from 'drizzle-kit';

// drizzle-kit accepts only a default export here.
export default defineConfig({ dialect: 'postgresql', schema: './src/database/schema.ts', out: './migrations' });
