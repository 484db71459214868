package org.moslora.serve;

import com.google.gson.JsonArray;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * {@code POST /v1/chat/completions}.
 *
 * @param models what may be asked
 * @param queue where requests wait
 */
record ChatRoute(Catalogue models, RequestQueue queue, ServiceMetrics metrics) implements Routes.Answering {
    @Override
    public void answer(Call call) throws IOException {
        Fields json = new Fields(call.body());
        Catalogue.Choice<ServedLanguageModel> choice = models.speaker(json.text("model"), json.adapters());
        ChatRequest request = ChatRequest.of(json);
        Reply reply = new Reply(
                "chatcmpl-" + UUID.randomUUID().toString().replace("-", ""),
                System.currentTimeMillis() / 1000,
                choice.id());
        ServedLanguageModel speaker = choice.model();
        Adapters.Chosen adapters = choice.adapters();
        if (request.stream()) {
            stream(call, request, speaker, adapters, reply);
            return;
        }
        ServedLanguageModel.Answer answer =
                counted(queue.ask(ticket -> speaker.answer(request, adapters, part -> ticket.check())));
        call.json(reply.whole(answer));
    }

    private void stream(
            Call call, ChatRequest request, ServedLanguageModel speaker, Adapters.Chosen adapters, Reply reply)
            throws IOException {
        boolean[] begun = {false};
        ServedLanguageModel.Answer answer =
                counted(queue.ask(ticket -> speaker.answer(request, adapters, ticket::say), part -> {
                    if (!begun[0]) {
                        begun[0] = true;
                        call.event(reply.piece(opening(), null).toString());
                    }
                    if (!part.isEmpty()) {
                        call.event(reply.piece(content(part), null).toString());
                    }
                }));
        if (!begun[0]) {
            call.event(reply.piece(opening(), null).toString());
        }
        call.event(reply.piece(new JsonObject(), reason(answer)).toString());
        if (request.usage()) {
            call.event(reply.last(answer).toString());
        }
        call.event("[DONE]");
    }

    private ServedLanguageModel.Answer counted(ServedLanguageModel.Answer answer) {
        metrics.spoke(answer.prompt(), answer.tokens());
        return answer;
    }

    private static JsonObject opening() {
        JsonObject delta = content("");
        delta.addProperty("role", "assistant");
        return delta;
    }

    private static JsonObject content(String text) {
        JsonObject delta = new JsonObject();
        delta.addProperty("content", text);
        return delta;
    }

    private static String reason(ServedLanguageModel.Answer answer) {
        return answer.whole() ? "stop" : "length";
    }

    /** One answer in the protocol's words. */
    private record Reply(String id, long created, String model) {
        JsonObject whole(ServedLanguageModel.Answer answer) {
            JsonObject message = content(answer.text());
            message.addProperty("role", "assistant");
            message.add("refusal", JsonNull.INSTANCE);
            JsonObject whole = object("chat.completion", choices("message", message, reason(answer)));
            whole.add("usage", usage(answer));
            return whole;
        }

        JsonObject piece(JsonObject delta, @Nullable String reason) {
            return object("chat.completion.chunk", choices("delta", delta, reason));
        }

        JsonObject last(ServedLanguageModel.Answer answer) {
            JsonObject last = object("chat.completion.chunk", new JsonArray());
            last.add("usage", usage(answer));
            return last;
        }

        private JsonObject object(String kind, JsonArray choices) {
            JsonObject object = new JsonObject();
            object.addProperty("id", id);
            object.addProperty("object", kind);
            object.addProperty("created", created);
            object.addProperty("model", model);
            object.add("choices", choices);
            return object;
        }

        private static JsonArray choices(String key, JsonObject value, @Nullable String reason) {
            JsonObject choice = new JsonObject();
            choice.addProperty("index", 0);
            choice.add(key, value);
            choice.add("logprobs", JsonNull.INSTANCE);
            choice.addProperty("finish_reason", reason);
            JsonArray choices = new JsonArray();
            choices.add(choice);
            return choices;
        }

        private static JsonObject usage(ServedLanguageModel.Answer answer) {
            JsonObject usage = new JsonObject();
            usage.addProperty("prompt_tokens", answer.prompt());
            usage.addProperty("completion_tokens", answer.tokens());
            usage.addProperty("total_tokens", answer.prompt() + answer.tokens());
            return usage;
        }
    }
}
