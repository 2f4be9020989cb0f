// cos-go-sdk-v5 against a double: UpdateJobStatus of two jobs.
//
//	go get github.com/tencentyun/cos-go-sdk-v5
//	go run update.go https://127.0.0.1:8484 CERTIFICATE
package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"

	"github.com/tencentyun/cos-go-sdk-v5"
)

func main() {
	double, _ := url.Parse(os.Args[1]) // without a path: the SDK would drop it
	pem, _ := os.ReadFile(os.Args[2])
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(pem)
	client := cos.NewClient(&cos.BaseURL{BatchURL: double}, &http.Client{
		Transport: &cos.AuthorizationTransport{
			SecretID: "AKIDexample", SecretKey: "example-key",
			Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots}},
		},
	})

	for _, id := range []string{"demo-suspended", "demo-complete"} {
		result, _, err := client.Batch.UpdateJobStatus(context.Background(),
			&cos.BatchUpdateStatusOptions{
				JobId: id, RequestedJobStatus: "Ready", StatusUpdateReason: "looks good"},
			&cos.BatchRequestHeaders{XCosAppid: 1250000000})
		var refusal *cos.ErrorResponse
		if errors.As(err, &refusal) {
			fmt.Println(id, refusal.Response.StatusCode, refusal.Code, refusal.Message)
		} else if err != nil {
			fmt.Println(id, err)
		} else {
			fmt.Println(id, result.Status)
		}
	}
}
