/** Sends one text with a client that openapi-python-client made. */
export const callFromPython = `
import sys
from switchboard_client import AuthenticatedClient
from switchboard_client.api.device import device_get_me
from switchboard_client.api.messaging import messaging_send_text
from switchboard_client.models import Failure, MessagingSendTextBody

url, token, chat, text = sys.argv[1:]
client = AuthenticatedClient(base_url=url, token=token, raise_on_unexpected_status=True)
me = device_get_me.sync(client=client)
assert me.data.device_id, me
sent = messaging_send_text.sync(chat, client=client, body=MessagingSendTextBody(text=text))
assert sent.data.message_id, sent
nobody = AuthenticatedClient(base_url=url, token="wrong")
refused = device_get_me.sync(client=nobody)
assert isinstance(refused, Failure) and refused.error_code == "unauthorized", refused
`

/** The same with one of oapi-codegen. */
export const callFromGo = `package main

import (
	"context"
	"log"
	"net/http"
	"os"

	"example.com/client/switchboard"
)

func main() {
	url, token, chat, text := os.Args[1], os.Args[2], os.Args[3], os.Args[4]
	authorize := func(_ context.Context, request *http.Request) error {
		request.Header.Set("Authorization", "Bearer "+token)
		return nil
	}
	client, err := switchboard.NewClientWithResponses(url, switchboard.WithRequestEditorFn(authorize))
	if err != nil {
		log.Fatal(err)
	}
	body := switchboard.MessagingSendTextBody{Text: text}
	sent, err := client.MessagingSendTextWithResponse(context.Background(), chat, nil, body)
	if err != nil {
		log.Fatal(err)
	}
	if sent.JSON200 == nil && sent.JSON202 == nil {
		log.Fatalf("%s: %s", sent.Status(), sent.Body)
	}
}
`
