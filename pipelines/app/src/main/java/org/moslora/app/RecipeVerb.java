package org.moslora.app;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.moslora.layers.Engine;
import org.moslora.start.StartingRecipe;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code moslora recipe}. */
@Command(
        name = "recipe",
        description = "Print a commented recipe to begin with, that fits model, data and this machine.",
        mixinStandardHelpOptions = true)
final class RecipeVerb implements Runnable {
    @Spec
    private @Nullable CommandSpec spec;

    @Parameters(paramLabel = "visual|dreambooth|text", description = "What is to be taught.")
    private String kind = "";

    @Option(
            names = "--model",
            required = true,
            converter = ModelPath.class,
            paramLabel = "M",
            description = "The model's folder.")
    private Path model = Path.of("");

    @Option(
            names = "--data",
            required = true,
            paramLabel = "PATH",
            description = "Conversations, or the folder with them; for dreambooth the folder of pictures.")
    private Path data = Path.of("");

    @Override
    public void run() {
        StartingRecipe start = StartingRecipe.named(kind);
        Engine.stayOffline();
        String schema = RecipeSchemaFile.comment();
        Printed.line(
                spec,
                "# ./moslora train FILE.yaml, after ./moslora check FILE.yaml\n" + schema
                        + start.text(model, data).stripTrailing());
    }
}
