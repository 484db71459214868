package org.moslora.serve;

import com.google.gson.JsonElement;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import org.moslora.examples.image.Picture;
import org.moslora.examples.image.PictureDecoder;
import org.moslora.examples.image.UprightSize;
import org.moslora.examples.text.Conversation;
import org.moslora.generation.Sampling;
import org.moslora.problems.InvalidInput;

/**
 * What {@code POST /v1/chat/completions} asks.
 *
 * @param conversation ends with a question
 * @param pictures the bytes of its pictures by the names that it calls them
 * @param stops texts that end the answer
 * @param stream whether the answer comes piece by piece
 * @param usage whether a stream ends with the number of tokens
 */
record ChatRequest(
        Conversation conversation,
        Map<String, byte[]> pictures,
        Sampling sampling,
        List<String> stops,
        boolean stream,
        boolean usage) {
    private static final int TOKENS = 256;
    private static final int MOST_TOKENS = 1 << 17;
    private static final int MOST_STOPS = 4;

    /** What would change the answer, and what says that it does not. */
    private static final Map<String, Predicate<JsonElement>> REFUSED = Map.of(
            "tools", ChatRequest::isNothing,
            "functions", ChatRequest::isNothing,
            "logprobs", ChatRequest::isNothing,
            "logit_bias", ChatRequest::isNothing,
            "frequency_penalty", ChatRequest::isNothing,
            "presence_penalty", ChatRequest::isNothing,
            "n", value -> value.toString().matches("1(\\.0)?"),
            "response_format", value -> value.toString().contains("\"text\""),
            "modalities", value -> value.toString().equals("[\"text\"]"),
            "audio", value -> false);

    private static boolean isNothing(JsonElement value) {
        return value.toString().matches("\\[]|\\{}|0(\\.0)?|false");
    }

    /** @throws InvalidInput with what is wrong with it */
    static ChatRequest of(Fields json) {
        json.refuse(REFUSED);
        SentMessages messages = SentMessages.of(json.objects("messages"));
        long tokens =
                json.whole("max_completion_tokens", 1, MOST_TOKENS, json.whole("max_tokens", 1, MOST_TOKENS, TOKENS));
        double share = json.number("top_p", 0, 1, 1);
        if (share == 0) {
            throw Fields.wrong("top_p", "above 0", share);
        }
        Sampling sampling = new Sampling(
                json.number("temperature", 0, 2, 0), share, json.whole("seed", Long.MIN_VALUE, Long.MAX_VALUE, 0), (int)
                        tokens);
        List<String> stops = json.texts("stop");
        if (stops.size() > MOST_STOPS || stops.contains("")) {
            throw Fields.wrong("stop", "at most " + MOST_STOPS + " texts, none of them empty", stops);
        }
        Fields options = json.object("stream_options");
        return new ChatRequest(
                messages.conversation(),
                messages.pictures(),
                sampling,
                stops,
                json.flag("stream"),
                options != null && options.flag("include_usage"));
    }

    /** One of its pictures. */
    Picture decoded(Path name) {
        byte[] bytes = Objects.requireNonNull(pictures.get(name.toString()), "a picture of the conversation");
        return PictureDecoder.decode("the picture", bytes);
    }

    /** How large its pictures are. */
    Map<Path, UprightSize> sizes() {
        Map<Path, UprightSize> sizes = new HashMap<>();
        for (String name : pictures.keySet()) {
            sizes.put(Path.of(name), UprightSize.of(decoded(Path.of(name))));
        }
        return sizes;
    }
}
