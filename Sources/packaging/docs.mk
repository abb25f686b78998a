# The documentation as a site: every module that programs import, its guides, and a page
# to land on. A link to nothing is an error. Needs nothing but Swift's docc; any web
# server shows it (python3 -m http.server -d .build/docs/site). Under another path than
# the root of its host: DOCS_BASE=path.
DOCS := .build/docs
DOCS_BASE ?=
DOCC ?= $(or $(wildcard $(dir $(shell command -v $(SWIFT)))docc),docc)
DOCUMENTED := JacobianChain ChainSolvers ChainILP ChainCatalog ChainExecutor ChainAD \
  ChainADTestSupport ChainADDifferentiable ChainFormats ChainReports ChainADReports
LANDING := JacobianChains
TRIPLE = $(shell $(SWIFT) -print-target-info | \
  sed -n 's/.*"triple": "\([^"]*\)".*/\1/p' | head -n 1)
# Parameters that their names explain need no words.
DOCC_CHECKS := --disable-parameters-and-returns-validation
LINKS := --enable-experimental-external-link-support
DOCC_BASE := $(if $(DOCS_BASE),--hosting-base-path $(DOCS_BASE))

# Symbols are read from the modules of the tested build: `swift package
# dump-symbol-graph` has other flags, and makes everything anew for them.
docs: tested
	@rm -rf $(DOCS) && mkdir -p $(DOCS)
	@maps=$$(find Sources $(TESTED_BUILD)/checkouts $(TESTED_BUILD)/debug/*.build \
	    -maxdepth 5 -name module.modulemap ! -path '*.build/include/*' | \
	  sed 's/^/-Xcc -fmodule-map-file=/'); \
	dependencies=; \
	for module in $(DOCUMENTED) $(LANDING); do \
	  echo "==> docc convert $$module"; \
	  mkdir -p $(DOCS)/graphs/$$module; \
	  $(SWIFT) symbolgraph-extract -module-name $$module -target $(TRIPLE) \
	    -I $(TESTED_BUILD)/debug/Modules $$maps -minimum-access-level public \
	    -skip-synthesized-members -output-dir $(DOCS)/graphs/$$module \
	    >$(DOCS)/graphs.log 2>&1 || { cat $(DOCS)/graphs.log >&2; exit 1; }; \
	  catalog=Sources/$$module/$$module.docc; \
	  $(DOCC) convert $$(test -d $$catalog && echo $$catalog) $(LINKS) $$dependencies \
	    --warnings-as-errors $(DOCC_CHECKS) $(DOCC_BASE) --fallback-display-name $$module \
	    --fallback-bundle-identifier org.jacobian-chain.$$module \
	    --additional-symbol-graph-dir $(DOCS)/graphs/$$module \
	    --output-path $(DOCS)/$$module.doccarchive || exit 1; \
	  dependencies="$$dependencies --dependency $(DOCS)/$$module.doccarchive"; \
	done
	@$(DOCC) merge $(LANDING:%=$(DOCS)/%.doccarchive) \
	  $(DOCUMENTED:%=$(DOCS)/%.doccarchive) \
	  --synthesized-landing-page-name 'Jacobian Chain' --output-path $(DOCS)/site
	@echo '==> $(DOCS)/site'

.PHONY: docs
