package org.moslora.serve;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.moslora.adapters.ScaledAdapter;
import org.moslora.problems.InvalidInput;
import org.moslora.problems.NearestName;

/** What requests may name: the models, and each with every adapter of the folder that is one for it. */
final class Catalogue implements AutoCloseable {
    private static final String OWNER = "moslora";

    private final List<ServedModel> models;
    private final Adapters adapters;
    private final Map<String, Boolean> fitting = new ConcurrentHashMap<>();

    /** Owns the models. */
    Catalogue(List<ServedModel> models, Adapters adapters) {
        this.models = List.copyOf(models);
        this.adapters = adapters;
    }

    /**
     * What a request has named.
     *
     * @param id as it named it
     */
    record Choice<T extends ServedModel>(String id, T model, Adapters.Chosen adapters) {}

    /** @throws HttpError if no model that converses is called so */
    Choice<ServedLanguageModel> speaker(@Nullable String named, List<ScaledAdapter> more) {
        return choice(ServedLanguageModel.class, named, more);
    }

    /** @throws HttpError if no model that makes pictures is called so */
    Choice<ServedImageGenerator> painter(@Nullable String named, List<ScaledAdapter> more) {
        return choice(ServedImageGenerator.class, named, more);
    }

    private <T extends ServedModel> Choice<T> choice(Class<T> kind, @Nullable String named, List<ScaledAdapter> more) {
        List<T> known = models.stream().filter(kind::isInstance).map(kind::cast).toList();
        if (named == null && known.size() != 1) {
            throw new HttpError(HttpError.UNKNOWN, "\"model\" is missing; known: " + String.join(", ", ids()));
        }
        String id = named == null ? known.get(0).name() : named;
        T model = called(id, known).orElseThrow(() -> unknown(kind, id));
        List<ScaledAdapter> wanted = new ArrayList<>();
        if (id.length() > model.name().length()) {
            wanted.add(Names.adapter(id.substring(model.name().length() + 1)));
        }
        wanted.addAll(more);
        return new Choice<>(id, model, chosen(id, wanted));
    }

    private static <T extends ServedModel> Optional<T> called(String id, List<T> models) {
        return models.stream()
                .filter(each -> id.equals(each.name()) || id.startsWith(each.name() + ":"))
                .findFirst();
    }

    /** Nothing is called so, or what is does the other thing. */
    private HttpError unknown(Class<? extends ServedModel> kind, String id) {
        if (called(id, models).isPresent()) {
            String other =
                    kind == ServedLanguageModel.class ? "paints and does not converse" : "converses and does not paint";
            return new HttpError(HttpError.UNKNOWN, "the model \"" + id + "\" " + other);
        }
        return new HttpError(HttpError.UNKNOWN, "no model \"" + id + "\"" + NearestName.hint(id, ids()));
    }

    private Adapters.Chosen chosen(String id, List<ScaledAdapter> wanted) {
        if (wanted.isEmpty()) {
            return Adapters.Chosen.NONE;
        }
        try {
            return adapters.named(wanted);
        } catch (InvalidInput unknown) {
            if (id.indexOf(':') < 0 || wanted.size() > 1) {
                throw unknown;
            }
            throw new HttpError(HttpError.UNKNOWN, "no model \"" + id + "\": " + unknown.getMessage());
        }
    }

    /** Everything that can be named. */
    List<String> ids() {
        List<String> ids = new ArrayList<>();
        List<String> names = adapters.names();
        for (ServedModel model : models) {
            ids.add(model.name());
            names.stream().filter(name -> fits(model, name)).forEach(name -> ids.add(model.name() + ":" + name));
        }
        return ids;
    }

    /** Looked at once for as long as the adapter's files stay as they are. */
    private boolean fits(ServedModel model, String name) {
        try {
            Adapters.Chosen chosen = adapters.named(List.of(new ScaledAdapter(Path.of(name), 1)));
            Path path = chosen.adapters().get(0).path();
            return fitting.computeIfAbsent(model.name() + ":" + name + ":" + chosen.changed(), key -> model.fits(path));
        } catch (InvalidInput gone) {
            return false;
        }
    }

    /** What {@code GET /v1/models} answers. */
    JsonObject json(long created) {
        JsonArray data = new JsonArray();
        ids().forEach(id -> {
            JsonObject model = new JsonObject();
            model.addProperty("id", id);
            model.addProperty("object", "model");
            model.addProperty("created", created);
            model.addProperty("owned_by", OWNER);
            data.add(model);
        });
        JsonObject list = new JsonObject();
        list.addProperty("object", "list");
        list.add("data", data);
        return list;
    }

    @Override
    public void close() {
        models.forEach(ServedModel::close);
    }
}
