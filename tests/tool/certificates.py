# SPDX-License-Identifier: BSL-1.0
"""Certificates as users have them: several names, clients that prove who they are, revocation lists, files read again."""
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

from harness import TOOL, ToolTest, main

STORE = Path("/etc/ssl/certs/ca-certificates.crt")

CONFIG = """
[ca]
default_ca = here
[here]
database = {folder}/index
crlnumber = {folder}/number
default_md = sha256
default_crl_days = 2
"""


class Authority:
    """A certificate authority in a folder, by the openssl command."""

    def __init__(self, test, name):
        self.test, self.folder = test, test.folder / name
        self.folder.mkdir()
        self.certificate, self.key = self.folder / "ca.pem", self.folder / "ca.key"
        self.config = self.folder / "config"
        self.config.write_text(CONFIG.format(folder=self.folder))
        (self.folder / "index").write_text("")
        (self.folder / "number").write_text("01\n")
        self.new_key(self.key)
        test.openssl("req", "-x509", "-new", "-key", self.key, "-days", "2", "-subj", f"/CN=authority {name}", "-addext",
                     "keyUsage=critical,keyCertSign,cRLSign", "-out", self.certificate)

    def new_key(self, path):
        self.test.openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", path)

    def issue(self, name, names):
        """A certificate and its key: two paths."""
        certificate, key = self.folder / f"{name}.pem", self.folder / f"{name}.key"
        request, extensions = self.folder / "request", self.folder / "extensions"
        extensions.write_text(f"subjectAltName={names}\n")
        self.new_key(key)
        self.test.openssl("req", "-new", "-key", key, "-subj", f"/CN={name}", "-out", request)
        self.test.openssl("x509", "-req", "-in", request, "-CA", self.certificate, "-CAkey", self.key, "-CAcreateserial",
                          "-days", "2", "-extfile", extensions, "-out", certificate)
        return certificate, key

    def revocation_list(self, *revoked):
        path = self.folder / "list.crl"
        common = ("-config", self.config, "-cert", self.certificate, "-keyfile", self.key)
        for certificate in revoked:
            self.test.openssl("ca", *common, "-revoke", certificate)
        self.test.openssl("ca", *common, "-gencrl", "-out", path)
        return path

    def ocsp_response(self, certificate, status="V"):
        """What a responder of this authority says: V, it is good; R, it is revoked."""
        request, response, index = (self.folder / name for name in ("question", "response.der", "answers"))
        shown = ["openssl", "x509", "-in", str(certificate), "-noout", "-serial"]
        serial = subprocess.run(shown, check=True, capture_output=True, text=True).stdout.strip().split("=")[1]
        revoked_at = "250101000000Z" if status == "R" else ""
        index.write_text(f"{status}\t491231235959Z\t{revoked_at}\t{serial}\tunknown\t/CN=any\n")
        self.test.openssl("ocsp", "-issuer", self.certificate, "-cert", certificate, "-no_nonce", "-reqout", request)
        self.test.openssl("ocsp", "-index", index, "-CA", self.certificate, "-rsigner", self.certificate, "-rkey", self.key,
                          "-reqin", request, "-ndays", "1", "-respout", response)
        return response


class Certificates(ToolTest):
    def setUp(self):
        super().setUp()
        self.wanted = self.file("wanted", 5000)
        self.ca = Authority(self, "first")
        self.other = Authority(self, "second")

    def identity(self, certificate, key):
        return "--cert", certificate, "--key", key

    def local(self, server):
        return f"https://localhost:{server.port}/wanted"

    def fetch(self, url, *arguments, ca=None):
        return self.get(url, *arguments, trust=("--ca", (ca or self.ca).certificate))

    def assert_fetched(self, done):
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assert_same(self.wanted)

    # ---- trust

    def test_without_ca_the_systems_store_decides(self):
        """In a mount namespace whose store is one of our authorities."""
        inside = ["unshare", "--mount", *([] if os.geteuid() == 0 else ["--user", "--map-root-user"]), "sh", "-c",
                  f'mount --bind "$0" {STORE} && exec "$@"']
        if not STORE.is_file() or subprocess.run([*inside, STORE, "true"], capture_output=True).returncode:
            self.skipTest(f"no {STORE}, or no mount namespaces here")
        server = self.serve(*self.identity(*self.ca.issue("trusted", "DNS:localhost")))
        words = [TOOL, "get", self.local(server), "--output-dir", self.out]
        for store, code in ((self.other, 60), (self.ca, 0)):
            done = subprocess.run([*map(str, [*inside, store.certificate, *words])], capture_output=True, text=True,
                                  timeout=60, check=False)
            self.assertEqual(done.returncode, code, done.stderr)
        self.assert_same(self.wanted)

    # ---- names

    def several_names(self, *arguments):
        return self.serve(*self.identity(*self.ca.issue("one", "DNS:one.test,IP:127.0.0.1")),
                          *self.identity(*self.ca.issue("two", "DNS:localhost")), *arguments)

    def test_the_certificate_is_chosen_by_the_name_that_is_asked_for(self):
        server = self.several_names()
        self.assert_fetched(self.fetch(self.local(server)))
        self.assert_fetched(self.fetch(server.url("wanted")))

    def test_a_name_that_no_certificate_has_gets_the_first_or_is_refused(self):
        certificate = self.identity(*self.ca.issue("one", "DNS:one.test"))
        server = self.serve(*certificate)
        self.assert_fails(self.fetch(self.local(server)), "is not trusted", "localhost", code=60)
        server = self.serve(*certificate, "--refuse-unknown-names")
        self.assert_fails(self.fetch(self.local(server)), "does not serve that name", code=35)

    def test_each_certificate_needs_its_key(self):
        certificate, key = self.ca.issue("one", "DNS:localhost")
        done = self.run_tool("serve", self.root, "--cert", certificate, "--key", key, "--cert", certificate)
        self.assert_fails(done, "--cert", "2 times", "--key", "1 times", code=2)
        other, _ = self.ca.issue("two", "DNS:localhost")
        done = self.run_tool("serve", self.root, "--cert", certificate, "--key", key, "--cert", other, "--key", key)
        self.assert_fails(done, str(key), "does not belong to", str(other))

    # ---- clients

    def asking(self, *arguments):
        return self.serve(*self.identity(*self.ca.issue("server", "DNS:localhost")), "--client-ca",
                          self.other.certificate, *arguments)

    def test_a_client_proves_who_it_is(self):
        server = self.asking("--require-client-cert")
        client = self.identity(*self.other.issue("client", "DNS:client.test"))
        self.assert_fetched(self.fetch(self.local(server), *client))

    def test_a_client_without_a_certificate_learns_what_it_lacks(self):
        done = self.fetch(self.local(self.asking("--require-client-cert")))
        self.assert_fails(done, "without a certificate", "--cert", "--key", code=35)
        self.assert_nothing_fetched()

    def test_a_client_that_is_only_asked_need_not_answer(self):
        self.assert_fetched(self.fetch(self.local(self.asking())))

    def test_a_client_of_another_authority_is_refused(self):
        for strictly in ((), ("--require-client-cert",)):
            stranger = self.identity(*self.ca.issue("stranger", "DNS:client.test"))
            self.assert_fails(self.fetch(self.local(self.asking(*strictly)), *stranger),
                              "does not accept our certificate", "TLS alert 48", code=35)
            self.assert_nothing_fetched()

    def test_requiring_needs_an_authority(self):
        self.assert_fails(self.run_tool("serve", self.root, "--require-client-cert"), "--client-ca", code=2)

    # ---- revocation

    def test_a_revoked_server_is_not_talked_to(self):
        certificate, key = self.ca.issue("server", "DNS:localhost")
        server = self.serve(*self.identity(certificate, key))
        self.assert_fetched(self.fetch(self.local(server), "--crl", self.ca.revocation_list(), "--require-crl"))
        self.assert_fails(self.fetch(self.local(server), "--crl", self.ca.revocation_list(certificate)), "is revoked",
                          'CN="server"', code=60)

    def test_what_no_list_covers_is_refused_if_one_is_required(self):
        server = self.serve(*self.identity(*self.ca.issue("server", "DNS:localhost")))
        lists = "--crl", self.other.revocation_list()
        self.assert_fetched(self.fetch(self.local(server), *lists))
        self.assert_fails(self.fetch(self.local(server), *lists, "--require-crl"), "no current revocation list",
                          'CN="server"', code=60)

    def test_a_revoked_client_is_not_let_in(self):
        certificate, key = self.other.issue("client", "DNS:client.test")
        server = self.asking("--require-client-cert", "--crl", self.other.revocation_list(certificate))
        self.assert_fails(self.fetch(self.local(server), *self.identity(certificate, key)),
                          "does not accept our certificate", "TLS alert 44", code=35)

    def test_a_server_shows_what_the_responder_says(self):
        certificate, key = self.ca.issue("server", "DNS:localhost")
        # No list covers the server's certificate; what it shows does.
        strict = "--crl", self.other.revocation_list(), "--require-crl"
        response = self.ca.ocsp_response(certificate)
        server = self.serve(*self.identity(certificate, key), "--ocsp", response)
        self.assert_fetched(self.fetch(self.local(server), *strict))
        # It is read again with the certificates.
        self.ca.ocsp_response(certificate, "R")
        self.reload(server, "read certificates and keys again")
        self.assert_fails(self.fetch(self.local(server)), "is revoked", 'CN="server"', code=60)

    def test_what_the_responder_says_must_be_given_for_each_certificate(self):
        first = self.identity(*self.ca.issue("one", "DNS:one.test"))
        certificate, key = self.ca.issue("two", "DNS:localhost")
        response = self.ca.ocsp_response(certificate)
        second = self.identity(certificate, key)
        done = self.run_tool("serve", self.root, *first, *second, "--ocsp", response)
        self.assert_fails(done, "--cert", "2 times", "--ocsp", "1 times", code=2)
        self.assert_fails(self.run_tool("serve", self.root, "--ocsp", response), "--cert", code=2)
        self.assert_fails(self.run_tool("serve", self.root, *second, "--ocsp", certificate), str(certificate),
                          "cannot be parsed")

    # ---- reading again

    def reload(self, server, word):
        before = server.output().count(word)
        server.process.send_signal(signal.SIGHUP)
        for _ in range(400):
            if server.output().count(word) > before:
                return
            time.sleep(0.025)
        self.fail(f"the server did not say '{word}': {server.output()!r}")

    def test_a_server_reads_its_files_again(self):
        certificate, key = self.ca.issue("server", "DNS:localhost")
        for threads in ("1", "2"):
            shutil.copy(certificate, self.folder / "now.pem")
            shutil.copy(key, self.folder / "now.key")
            server = self.serve(*self.identity(self.folder / "now.pem", self.folder / "now.key"), "--threads", threads)
            self.assert_fetched(self.fetch(self.local(server)))
            renewed, its_key = self.other.issue("renewed", "DNS:localhost")
            shutil.copy(renewed, self.folder / "now.pem")
            # The key is not there yet: the server says so and goes on.
            self.reload(server, "going on with what was there before")
            self.assert_fetched(self.fetch(self.local(server)))
            shutil.copy(its_key, self.folder / "now.key")
            self.reload(server, "read certificates and keys again")
            self.assert_fetched(self.fetch(self.local(server), ca=self.other))
            self.assert_fails(self.fetch(self.local(server)), "is not trusted", code=60)
            self.assertEqual(server.stop()[0], 0)

    def test_a_list_that_is_read_again_counts(self):
        certificate, key = self.other.issue("client", "DNS:client.test")
        server = self.asking("--require-client-cert", "--crl", self.other.revocation_list())
        sessions = "--session-file", self.folder / "sessions"
        client = self.identity(certificate, key)
        self.assert_fetched(self.fetch(self.local(server), *client, *sessions))
        self.other.revocation_list(certificate)
        self.reload(server, "read certificates and keys again")
        # Neither by its certificate nor by the session that it got for it.
        self.assert_fails(self.fetch(self.local(server), *client, *sessions), "TLS alert 44", code=35)

    def test_a_certificate_that_was_made_stays(self):
        server = self.serve()
        print_before = server.output().splitlines()[1]
        self.reload(server, "read certificates and keys again")
        self.assertIn("SHA-256", print_before)
        self.assert_fetched(self.get(server.url("wanted")))

    # ---- threads for handshakes

    def test_signatures_may_be_other_threads_work(self):
        server = self.asking("--require-client-cert", "--handshake-threads", "2", "--threads", "2")
        client = self.identity(*self.other.issue("client", "DNS:client.test"))
        for _ in range(3):
            self.assert_fetched(self.fetch(self.local(server), *client))
        self.assert_fails(self.fetch(self.local(server)), "without a certificate", code=35)


if __name__ == "__main__":
    main()
