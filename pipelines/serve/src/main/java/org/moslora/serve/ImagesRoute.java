package org.moslora.serve;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.moslora.generation.batch.SingleJob;
import org.moslora.pictures.Option;
import org.moslora.pictures.PictureRequest;
import org.moslora.problems.InvalidInput;

/**
 * {@code POST /v1/images/generations}. Besides the protocol's own fields it takes the options of a file of prompts by their
 * names: {@code seed}, {@code steps}, {@code guidance}, {@code negative}, {@code scheduler}…
 *
 * @param models what may be asked
 * @param queue where requests wait
 */
record ImagesRoute(Catalogue models, RequestQueue queue, ServiceMetrics metrics) implements Routes.Answering {
    private static final int MOST = 10;
    private static final Pattern SIZE = Pattern.compile("(\\d{1,5})x(\\d{1,5})");

    /** Fields of the protocol that say nothing about the picture, or are read by themselves. */
    private static final Set<String> APART = Set.of(
            "model",
            "adapters",
            "n",
            "size",
            "response_format",
            "quality",
            "style",
            "user",
            "background",
            "moderation",
            "output_format",
            "output_compression",
            "stream",
            "partial_images");

    private static final Map<String, String> NAMES = Map.of(
            "negative_prompt", "negative",
            "num_inference_steps", "steps",
            "guidance_scale", "guidance");

    @Override
    public void answer(Call call) throws IOException {
        Fields json = new Fields(call.body());
        Catalogue.Choice<ServedImageGenerator> choice = models.painter(json.text("model"), json.adapters());
        boolean url = "url".equals(json.text("response_format"));
        List<SingleJob> jobs = jobs(choice.model(), json);
        JsonArray data = new JsonArray();
        queue.ask(ticket -> {
                    List<byte[]> painted = new ArrayList<>();
                    jobs.forEach(job -> painted.add(choice.model().paint(job, choice.adapters(), ticket::check)));
                    return painted;
                })
                .forEach(png -> data.add(picture(png, url)));
        JsonObject answer = new JsonObject();
        answer.addProperty("created", System.currentTimeMillis() / 1000);
        answer.add("data", data);
        call.json(answer);
    }

    private JsonObject picture(byte[] png, boolean url) {
        metrics.painted();
        String text = Base64.getEncoder().encodeToString(png);
        JsonObject picture = new JsonObject();
        picture.addProperty(url ? "url" : "b64_json", url ? "data:image/png;base64," + text : text);
        return picture;
    }

    private static List<SingleJob> jobs(ServedImageGenerator painter, Fields json) {
        String format = json.text("output_format");
        if (json.flag("stream") || (format != null && !format.equals("png"))) {
            throw new InvalidInput("request", "pictures are PNGs, and come whole: no stream, no other output_format");
        }
        PictureRequest request = request(json);
        if (request.options().get(Option.IMAGE).isPresent()) {
            throw new InvalidInput("request", "\"image\" names a file, and this service reads none");
        }
        long seed = request.options().get(Option.SEED, 0L);
        List<SingleJob> jobs = new ArrayList<>();
        for (long i = 0; i < json.whole("n", 1, MOST, 1); i++) {
            jobs.add(painter.planned(new PictureRequest(
                    request.prompt(),
                    request.options().without(Option.IMAGES).with(Option.SEED, (seed + i) & Long.MAX_VALUE))));
        }
        return jobs;
    }

    private static PictureRequest request(Fields json) {
        JsonObject own = new JsonObject();
        json.json().entrySet().stream()
                .filter(entry -> !APART.contains(entry.getKey()))
                .forEach(entry -> own.add(NAMES.getOrDefault(entry.getKey(), entry.getKey()), entry.getValue()));
        String size = json.text("size");
        if (size != null && !size.equals("auto")) {
            Matcher sides = SIZE.matcher(size);
            if (!sides.matches()) {
                throw Fields.wrong("size", "auto or WIDTHxHEIGHT", size);
            }
            own.addProperty("width", Integer.parseInt(sides.group(1)));
            own.addProperty("height", Integer.parseInt(sides.group(2)));
        }
        PictureRequest request = PictureRequest.of("request", own);
        request.mustBeText();
        return request;
    }
}
