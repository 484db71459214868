package org.moslora.campaign;

/** Recipes of a few steps for the tiny models. */
final class Recipes {
    private static final String TRAINING = """
            training:
              learning_rate: 5.0e-3
              max_steps: 6
              batch_size: 2
              gradient_accumulation: 2
              checkpoint_every: 2
              seed: 3
            """;

    private Recipes() {}

    static String visual(String model, String data, String images) {
        return """
                pipeline: visual-instruction-tuning
                model: %s
                output: run
                adapter: {kind: moslora, rank: 3, alpha: 6, targets: [q_proj, v_proj, up_proj]}
                data: {conversations: %s, images: %s, template: vicuna_v1}
                validation: {fraction: 0.3, every: 2, samples: 1}
                """.formatted(model, data, images) + TRAINING;
    }

    static String text(String model, String data) {
        return """
                pipeline: instruction-tuning
                model: %s
                output: run
                adapter: {kind: dora, rank: 3, alpha: 6, dropout: 0.1}
                data: {conversations: %s}
                """.formatted(model, data) + TRAINING;
    }

    static String dreamBooth(String model, String pictures) {
        return """
                pipeline: dreambooth
                model: %s
                output: run
                adapter: {kind: moslora, rank: 2, alpha: 4}
                instance: {images: %s, prompt: a photo of sks circle}
                resolution: 16
                """.formatted(model, pictures) + TRAINING;
    }

    /** With class pictures that the run makes first, and an average of its own. */
    static String preserved(String model, String pictures) {
        return dreamBooth(model, pictures) + """
                class: {images: class, prompt: a photo of circle, count: 3}
                ema: {decay: 0.9}
                validation: {prompts: [a red circle], every: 2, samples: 1}
                """;
    }

    static String compared(String model, String data, String images, String test) {
        return visual(model, data, images).replace("output: run", "output: out") + """
                compare:
                  kinds: [lora, moslora]
                  learning_rates: [2.0e-2]
                  seeds: [4]
                  metric: loss
                  test: [%s]
                """.formatted(test);
    }
}
