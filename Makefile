# What people type. `make` alone lists it.
CARGO ?= cargo

.PHONY: help run web test test-rust test-clients test-web check chaos bench

help:
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 14

run: ## build what is missing and start on http://localhost:8000
	web/build --or-go-on
	$(CARGO) build --release
	$${CARGO_TARGET_DIR:-target}/release/parlor

web: ## build the web client into static/app
	web/build

test: ## everything: three databases, real clients, browsers
	tests/with-services $(CARGO) test --workspace
	tests/clients/run
	web/test

test-rust: ## the Rust tests; FILTER=word picks some
	tests/with-services $(CARGO) test --workspace -- $(FILTER)

# The binary that comes out of building the tests: `cargo build` would choose other features for
# some dependencies and compile them a second time.
test-clients: ## real clients against the real server
	$(CARGO) test --workspace --no-run
	tests/clients/run

test-web: ## the web client: types, lints, its library, browsers
	$(CARGO) test --workspace --no-run
	web/test

check: ## format, lints, documentation; a warning is an error
	$(CARGO) fmt --all --check
	$(CARGO) clippy --workspace --all-targets -- -D warnings
	RUSTDOCFLAGS='-D warnings' $(CARGO) doc --workspace --no-deps

chaos: ## 10,000 messages, cut lines and ten times each fault on each database; nothing may be lost
	PARLOR_TEST_CHAOS_MESSAGES=10000 PARLOR_TEST_CHAOS_STRIKES=10 tests/with-services \
		$(CARGO) test --test it -- chaos::nothing_goes_wrong --nocapture --test-threads=1

bench: ## measure this server beside its references; see bench/README.md
	bench/run
