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
# Parameters that their names explain need no words.
DOCC_CHECKS := --disable-parameters-and-returns-validation
LINKS := --enable-experimental-external-link-support
DOCC_BASE := $(if $(DOCS_BASE),--hosting-base-path $(DOCS_BASE))

# Symbols are read from all modules, those of the tests among them.
docs: tested
	@echo '==> reading the public symbols'
	@rm -rf $(DOCS) && mkdir -p $(DOCS)
	@$(TESTED) package $(AS_TESTED) dump-symbol-graph \
	  --skip-synthesized-members --minimum-access-level public \
	  >$(DOCS)/graphs.log 2>&1 || { \
	    cat $(DOCS)/graphs.log >&2; exit 1; }
	@graphs=$$(ls -d $(TESTED_BUILD)/*/symbolgraph | head -n 1); \
	dependencies=; \
	for module in $(DOCUMENTED) $(LANDING); do \
	  echo "==> docc convert $$module"; \
	  mkdir -p $(DOCS)/graphs/$$module; \
	  cp $$graphs/$$module.symbols.json $$graphs/$$module@*.symbols.json \
	    $(DOCS)/graphs/$$module 2>/dev/null; \
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
