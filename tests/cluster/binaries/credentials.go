package main

import (
	"net"
	"os"
	"path/filepath"

	certutil "k8s.io/client-go/util/cert"
	"k8s.io/client-go/util/keyutil"
)

// writeCredentials fills a directory with what an API server on the loopback address needs: its certificate with the authority
// that signed it, and the key pair of service account tokens.
func writeCredentials(directory string) error {
	chain, key, err := certutil.GenerateSelfSignedCertKey("localhost", []net.IP{net.IPv4(127, 0, 0, 1)}, nil)
	if err != nil {
		return err
	}
	certificates, err := certutil.ParseCertsPEM(chain)
	if err != nil {
		return err
	}
	authority, err := certutil.EncodeCertificates(certificates[len(certificates)-1])
	if err != nil {
		return err
	}
	tokenKey, err := keyutil.MakeEllipticPrivateKeyPEM()
	if err != nil {
		return err
	}
	files := map[string][]byte{
		"ca.crt":              authority,
		"server.crt":          chain,
		"server.key":          key,
		"service-account.key": tokenKey,
	}
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(directory, name), content, 0o600); err != nil {
			return err
		}
	}
	return nil
}
