package org.moslora.serve;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.moslora.adapters.HubNames;
import org.moslora.problems.FieldName;
import org.moslora.problems.InvalidInput;
import org.moslora.problems.Messages;
import org.moslora.problems.Problems;
import org.moslora.tuning.Processor;

/**
 * What a service serves.
 *
 * @param models folders, each named by its last part
 * @param adapters the folder of the adapters that requests may name; null where there are none
 * @param engine what models run on
 * @param choice how conversations are spelt, where neither model nor adapter says
 * @param messages gets remarks for the user
 */
public record ServedModels(
        List<Path> models, @Nullable Path adapters, ServedEngine engine, Processor.Choice choice, Messages messages) {
    public ServedModels {
        models = List.copyOf(models);
        if (models.isEmpty()) {
            throw new InvalidInput(FieldName.of("model"), "is missing: name the folder of a model");
        }
        if (adapters != null && !Files.isDirectory(adapters)) {
            throw new InvalidInput(
                    FieldName.of("adapters", adapters), "is no folder; it holds one entry for each adapter");
        }
    }

    /** @throws InvalidInput with everything that is wrong with any model */
    Catalogue open() {
        List<ServedModel> opened = new ArrayList<>();
        Problems problems = new Problems();
        for (Path model : models) {
            problems.collect(() -> {
                String name = name(model);
                if (opened.stream().anyMatch(other -> other.name().equals(name))) {
                    throw new InvalidInput(
                            FieldName.of("model", model),
                            "has the name of another, " + name
                                    + ", by which requests call it; name one of them through a link");
                }
                opened.add(engine.open(name, model, choice, messages));
            });
        }
        Catalogue catalogue = new Catalogue(opened, new Adapters(adapters));
        if (!problems.found().isEmpty()) {
            catalogue.close();
            throw problems.thrown();
        }
        return catalogue;
    }

    private static String name(Path model) {
        return HubNames.of(model.toAbsolutePath().normalize().toString());
    }
}
