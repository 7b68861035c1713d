function handler(event) {
  var request = event.request;
  var last = request.uri.split("/").pop();
  if (request.uri.endsWith("/") && request.uri !== "/") {
    request.uri = request.uri.slice(0, -1) + ".html";
  } else if (last !== "" && last.indexOf(".") === -1) {
    request.uri += ".html";
  }
  return request;
}
