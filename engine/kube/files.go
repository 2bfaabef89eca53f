package main

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/client-go/tools/clientcmd/api"
)

// files are those that several parts read. The server's own certificate (made by itself) is also its authority.
type files struct{ dir, kubeconfig, tokens, key, certificate string }

// prepare writes keys and token once, so that a second start has the same; the kubeconfig each time, for the port.
func prepare(dir string, port int) (files, error) {
	in := func(name string) string { return filepath.Join(dir, name) }
	f := files{dir, in("kubeconfig"), in("tokens.csv"), in("service-accounts.key"), in("apiserver.crt")}
	for path, content := range map[string]func() ([]byte, error){f.key: newKey, f.tokens: newTokens} {
		if _, err := os.Stat(path); err == nil {
			continue
		}
		bytes, err := content()
		if err != nil {
			return f, err
		}
		if err := os.WriteFile(path, bytes, 0o600); err != nil {
			return f, err
		}
	}
	line, err := os.ReadFile(f.tokens)
	if err != nil {
		return f, err
	}
	token, _, _ := strings.Cut(string(line), ",")
	return f, writeKubeconfig(f, token, port)
}

func newKey() ([]byte, error) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return nil, err
	}
	return pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(key)}), nil
}

// newTokens is the API server's token file with one token, an administrator's.
func newTokens() ([]byte, error) {
	token := make([]byte, 16)
	if _, err := rand.Read(token); err != nil {
		return nil, err
	}
	return []byte(hex.EncodeToString(token) + ",tenfold,tenfold,system:masters\n"), nil
}

func writeKubeconfig(f files, token string, port int) error {
	name := filepath.Base(f.dir) // several kubeconfigs are read together: each cluster has a context of its own
	config := api.NewConfig()
	config.Clusters[name] = &api.Cluster{
		Server:               fmt.Sprintf("https://127.0.0.1:%d", port),
		CertificateAuthority: f.certificate,
	}
	config.AuthInfos[name] = &api.AuthInfo{Token: token}
	config.Contexts[name] = &api.Context{Cluster: name, AuthInfo: name}
	config.CurrentContext = name
	return clientcmd.WriteToFile(*config, f.kubeconfig)
}
