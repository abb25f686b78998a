# What reaches machines without Swift: Debian packages and an archive. Products are in
# .build/packages.
PACKAGES := .build/packages
DEBIAN := $(PACKAGES)/debian/jacobian-chain-$(LIB_VERSION)
MAINTAINER ?= $(shell git config user.name) <$(shell git config user.email)>
SHIPPED := Sources/packaging

# The date of the newest commit, so that the same sources give the same package.
COMMIT_DATE = $(shell git log -1 --format=%ct 2>/dev/null || date +%s)

# For the Debian on which it is made; the command links its GLPK and zlib.
deb:
	@for tool in dh:debhelper lintian:lintian; do \
	  command -v $${tool%%:*} >/dev/null 2>&1 || { \
	    echo "$${tool%%:*} is missing: apt-get install $${tool##*:}" >&2; exit 1; }; \
	done
	@rm -rf $(PACKAGES)/debian && mkdir -p $(DEBIAN)
	@$(MAKE) --no-print-directory install PREFIX=/usr DESTDIR=$(abspath $(DEBIAN)/root) \
	  LIBDIR=/usr/lib/$$(dpkg-architecture -q DEB_HOST_MULTIARCH)
	@cp -R $(SHIPPED)/debian CHANGELOG.md $(DEBIAN)
	@mv $(DEBIAN)/CHANGELOG.md $(DEBIAN)/CHANGELOG
	@for file in control changelog; do \
	  sed -e 's|@VERSION@|$(LIB_VERSION)|' -e 's|@MAINTAINER@|$(MAINTAINER)|' \
	    -e "s|@DATE@|$$(date -R -u -d @$(COMMIT_DATE))|" \
	    $(DEBIAN)/debian/$$file.in >$(DEBIAN)/debian/$$file; \
	  rm $(DEBIAN)/debian/$$file.in; \
	done
	@echo '==> dpkg-buildpackage'
	@cd $(DEBIAN) && SOURCE_DATE_EPOCH=$(COMMIT_DATE) dpkg-buildpackage -b -us -uc -ui \
	  >../build.log 2>&1 || { cat ../build.log >&2; exit 1; }
	@echo '==> lintian'
	@lintian --fail-on error,warning $(PACKAGES)/debian/*.changes
	@ls $(PACKAGES)/debian/*.deb

# Runs on every Linux whose glibc is at least that of this machine: Swift is inside, and
# GLPK and zlib are not, so that it is under Apache-2.0.
ARCHIVE := jchain-$(LIB_VERSION)-$(shell uname -m)-linux

archive: check-swift
	@echo '==> building jchain (release, with Swift inside, without GLPK and zlib)'
	@$(BUILD) $(LIB_BUILD) --product jchain
	@$(call write_manual,.build/library)
	@rm -rf $(PACKAGES)/$(ARCHIVE) && mkdir -p $(PACKAGES)/$(ARCHIVE)/bin
	@$(LIB_STRIP) -o $(PACKAGES)/$(ARCHIVE)/bin/jchain .build/library/release/jchain
	@$(call install_manual,.build/library,$(PACKAGES)/$(ARCHIVE)/share)
	@cp LICENSE CHANGELOG.md $(PACKAGES)/$(ARCHIVE)
	@sed -e 's|@VERSION@|$(LIB_VERSION)|' \
	  -e "s|@GLIBC@|$$(getconf GNU_LIBC_VERSION | cut -d ' ' -f 2)|" \
	  $(SHIPPED)/archive/README.in >$(PACKAGES)/$(ARCHIVE)/README
	@tar -C $(PACKAGES) --sort=name --owner=0 --group=0 --numeric-owner \
	  --mtime=@$(COMMIT_DATE) -czf $(PACKAGES)/$(ARCHIVE).tar.gz $(ARCHIVE)
	@ls $(PACKAGES)/$(ARCHIVE).tar.gz

.PHONY: deb archive
