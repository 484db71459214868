package org.moslora.campaign;

import java.util.ArrayList;
import java.util.List;

/**
 * A file that some verb reads.
 *
 * @param kind what is counted together
 * @param family the folder of the bed that is laid out for it
 * @param file its name in there
 * @param commands what may be asked; {@code @} stands for the folder
 */
record Subject(String kind, String family, String file, List<List<String>> commands) {
    private static final String LLAVA_SCORES =
            "evaluate --model @/model --data @/test.json --images @/images --out @/out.jsonl --quiet";
    private static final String LLAVA_TRAIN =
            "train @/recipe.yaml output=@/out training.max_steps=1 validation.fraction=0 --quiet";
    private static final String LLAVA_CHAT =
            "chat --model @/model --image @/images/train-0000.png --max-new-tokens 2 --quiet What?";
    private static final String LLAMA_SCORES = "evaluate --model @/model --data @/test.json --out @/out.jsonl --quiet";
    private static final String LLAMA_CHAT = "chat --model @/model --max-new-tokens 2 --quiet What?";
    private static final String PAINT = "generate --model @/model --prompt red --steps 1 --out @/out --quiet";
    private static final String SERVED =
            "generate --engine onnx --model @/served --prompt red --steps 1 --out @/out --quiet";
    private static final String ADAPTED =
            "generate --model @/model --adapter @/%s --prompt red --steps 1 --out @/out --quiet";
    private static final String FLOW_TRAIN = "train @/recipe.yaml output=@/out training.max_steps=1 --quiet";
    private static final String CHECK = "check @/recipe.yaml output=@/out";

    private static Subject of(String kind, String file, String... commands) {
        int slash = file.indexOf('/');
        return new Subject(
                kind,
                file.substring(0, slash),
                file.substring(slash + 1),
                java.util.Arrays.stream(commands)
                        .map(command -> List.of(command.split(" ")))
                        .toList());
    }

    /** Every kind of file. */
    static List<Subject> all() {
        return List.of(
                of("recipe.yaml", "llava/recipe.yaml", CHECK, LLAVA_TRAIN),
                of("recipe.yaml", "llama/recipe.yaml", CHECK),
                of(
                        "recipe.yaml",
                        "sd/recipe.yaml",
                        CHECK,
                        "train @/recipe.yaml output=@/out training.max_steps=1 --quiet"),
                of(
                        "config.json",
                        "llava/model/config.json",
                        "inspect @/model",
                        LLAVA_SCORES,
                        LLAVA_CHAT,
                        LLAVA_TRAIN,
                        "export --model @/model --out @/out --quiet"),
                of(
                        "config.json",
                        "llama/model/config.json",
                        LLAMA_SCORES,
                        LLAMA_CHAT,
                        "export --model @/model --out @/out --quiet"),
                of(
                        "config.json",
                        "sd/model/unet/config.json",
                        PAINT,
                        "inspect @/model",
                        "export --model @/model --out @/out --quiet"),
                of("config.json", "sd/model/vae/config.json", PAINT),
                of(
                        "config.json",
                        "sd/model/text_encoder/config.json",
                        PAINT,
                        "merge --model @/model --adapter @/run --out @/out --quiet"),
                of(
                        "model.safetensors",
                        "llava/model/model.safetensors",
                        LLAVA_SCORES,
                        "inspect @/model",
                        "merge --model @/model --adapter @/run --out @/out --quiet",
                        "export --model @/model --out @/out --quiet"),
                of(
                        "model.safetensors",
                        "llama/model/model.safetensors",
                        LLAMA_SCORES,
                        "train @/recipe.yaml output=@/out training.max_steps=1 --quiet",
                        "convert --adapter @/run --to peft --model @/model --out @/out --quiet"),
                of(
                        "model.safetensors",
                        "sd/model/unet/diffusion_pytorch_model.safetensors",
                        PAINT,
                        "merge --model @/model --adapter @/run --out @/out --quiet"),
                of(
                        "sharded index",
                        "llava/sharded/model.safetensors.index.json",
                        "inspect @/sharded",
                        LLAVA_SCORES.replace("@/model", "@/sharded"),
                        "merge --model @/sharded --adapter @/run --out @/out --quiet"),
                of("tokenizer.json", "llava/model/tokenizer.json", LLAVA_SCORES, LLAVA_CHAT, CHECK),
                of("tokenizer.json", "llama/model/tokenizer.json", LLAMA_SCORES, LLAMA_CHAT),
                of("tokenizer_config.json", "llava/model/tokenizer_config.json", LLAVA_CHAT, LLAVA_SCORES),
                of("tokenizer_config.json", "sd/model/tokenizer/tokenizer_config.json", PAINT),
                of("vocab.json, merges.txt", "sd/model/tokenizer/vocab.json", PAINT),
                of("vocab.json, merges.txt", "sd/model/tokenizer/merges.txt", PAINT, CHECK),
                of("preprocessor_config.json", "llava/model/preprocessor_config.json", LLAVA_SCORES, LLAVA_CHAT),
                of(
                        "adapter_config.json",
                        "llava/run/adapter/adapter_config.json",
                        LLAVA_SCORES + " --adapter @/run",
                        "inspect @/run",
                        "convert --adapter @/run --to native --out @/out --quiet"),
                of(
                        "adapter_config.json",
                        "llava/peft/adapter_config.json",
                        LLAVA_SCORES + " --adapter @/peft",
                        "merge --adapter @/peft --to-adapter --out @/out --quiet",
                        "inspect @/peft --model @/model"),
                of(
                        "adapter_config.json",
                        "sd/dora/adapter/adapter_config.json",
                        "convert --adapter @/dora --to lycoris --out @/out.safetensors --quiet",
                        ADAPTED.formatted("dora")),
                of(
                        "adapter_model.safetensors",
                        "llava/run/adapter/adapter_model.safetensors",
                        LLAVA_SCORES + " --adapter @/run",
                        "inspect @/run --model @/model",
                        "convert --adapter @/run --to peft --out @/out --quiet",
                        "train @/recipe.yaml output=@/out adapter.init_from=@/run training.max_steps=1 --quiet"),
                of(
                        "adapter_model.safetensors",
                        "sd/loha/adapter/adapter_model.safetensors",
                        ADAPTED.formatted("loha"),
                        "convert --adapter @/loha --to peft --rank 2 --out @/out --quiet",
                        "convert --adapter @/loha --to kohya --out @/out.safetensors --quiet"),
                of(
                        "adapter_model.safetensors",
                        "sd/diffusers/pytorch_lora_weights.safetensors",
                        ADAPTED.formatted("diffusers"),
                        "convert --adapter @/diffusers --to native --out @/out --quiet"),
                of(
                        "projector.safetensors",
                        "llava/run/adapter/projector.safetensors",
                        LLAVA_SCORES + " --adapter @/run",
                        "merge --model @/model --adapter @/run --out @/out --quiet"),
                of(
                        "kohya file",
                        "sd/kohya.safetensors",
                        ADAPTED.formatted("kohya.safetensors"),
                        "inspect @/kohya.safetensors --model @/model",
                        "convert --adapter @/kohya.safetensors --to peft --out @/out --quiet"),
                of(
                        "LyCORIS file",
                        "sd/lycoris.safetensors",
                        ADAPTED.formatted("lycoris.safetensors"),
                        "convert --adapter @/lycoris.safetensors --to native --out @/out --quiet",
                        "merge --model @/model --adapter @/lycoris.safetensors --out @/out --quiet"),
                of(
                        "train.json",
                        "llava/train.json",
                        CHECK,
                        LLAVA_TRAIN,
                        LLAVA_SCORES.replace("test.json", "train.json")),
                of(
                        "train.json",
                        "llama/train.json",
                        CHECK,
                        LLAMA_SCORES.replace("test.json", "train.json") + " --task boolq --max-new-tokens 2"),
                of(
                        "train.jsonl",
                        "llava/formats.jsonl",
                        "check --data @/formats.jsonl --images @/formats",
                        LLAVA_SCORES.replace("test.json", "formats.jsonl").replace("@/images", "@/formats")),
                picture("JPEG", "jpg"),
                picture("PNG", "png"),
                picture("WebP", "webp"),
                picture("GIF", "gif"),
                picture("BMP", "bmp"),
                picture("TIFF", "tiff"),
                of(
                        "prompts.txt",
                        "sd/prompts.txt",
                        "generate --model @/model --prompts @/prompts.txt --steps 1 --out @/out --quiet"),
                of(
                        "prompts.jsonl",
                        "sd/prompts.jsonl",
                        "generate --model @/model --prompts @/prompts.jsonl --steps 1 --out @/out --quiet"),
                of(
                        "scheduler_config.json",
                        "sd/model/scheduler/scheduler_config.json",
                        PAINT,
                        PAINT + " --scheduler euler-a",
                        SERVED),
                of("model_index.json", "sd/model/model_index.json", PAINT, "inspect @/model"),
                of(
                        "run folder",
                        "llava/run/metrics.jsonl",
                        "train --resume @/run training.max_steps=3 --quiet",
                        "inspect @/run"),
                of(
                        "run folder",
                        "llama/run/recipe.yaml",
                        "train --resume @/run training.max_steps=3 --quiet",
                        "inspect @/run"),
                of(
                        "run folder",
                        "llama/run/provenance.json",
                        "train --resume @/run training.max_steps=3 --quiet",
                        "inspect @/run"),
                of(
                        "checkpoint",
                        "sd/run/checkpoints/step-000002/*",
                        "train --resume @/run training.max_steps=3 --quiet"),
                of(
                        "checkpoint",
                        "llama/run/checkpoints/step-000002/*",
                        "train --resume @/run training.max_steps=3 --quiet"),
                of(
                        "PNG with parameters",
                        "sd/painted/00000-0.png",
                        "generate --model @/model --from-image @/painted/00000-0.png --out @/out --quiet",
                        PAINT + " --image @/painted/00000-0.png --strength 0.5"),
                of(
                        "images.jsonl",
                        "sd/painted/images.jsonl",
                        "generate --model @/model --prompt red --steps 1 --images 2 --out @/painted --quiet",
                        "generate --model @/model --prompts @/painted/images.jsonl --out @/out --quiet"),
                seeing("qwen/model/config.json"),
                seeing("qwen/model/preprocessor_config.json"),
                seeing("qwen/model/model.safetensors"),
                seeing("windows/model/config.json"),
                seeing("windows/model/preprocessor_config.json"),
                seeing("tiles/model/config.json"),
                seeing("tiles/model/preprocessor_config.json"),
                flow("transformer/config.json", "inspect @/model", CHECK),
                flow("text_encoder/config.json", FLOW_TRAIN),
                flow("vae/config.json", FLOW_TRAIN),
                flow("scheduler/scheduler_config.json", FLOW_TRAIN),
                flow("tokenizer/tokenizer.json", FLOW_TRAIN),
                flow("tokenizer/tokenizer_config.json", FLOW_TRAIN),
                flow("model_index.json", "inspect @/model", FLOW_TRAIN),
                flow(
                        "transformer/diffusion_pytorch_model.safetensors",
                        "merge --model @/model --adapter @/run --out @/out --quiet",
                        FLOW_TRAIN),
                of(
                        "flow model",
                        "flow/run/adapter/adapter_model.safetensors",
                        ADAPTED.formatted("run"),
                        "convert --adapter @/run --to kohya --model @/model --out @/out.safetensors --quiet"),
                of(
                        "flow model",
                        "flow/run/checkpoints/step-000002/*",
                        "train --resume @/run training.max_steps=3 --quiet"),
                of("ONNX graph", "sd/served/unet/model.onnx", SERVED),
                of("ONNX graph", "sd/served/text_encoder/model.onnx", SERVED),
                of(
                        "ONNX graph",
                        "llama/served/onnx/model.onnx",
                        "chat --engine onnx --model @/served --max-new-tokens 2 --quiet What?"),
                of("ONNX config", "sd/served/unet/config.json", SERVED),
                of("ONNX config", "sd/served/vae_decoder/config.json", SERVED),
                of(
                        "ONNX config",
                        "llava/served/config.json",
                        "chat --engine onnx --model @/served --max-new-tokens 2 --quiet What?"),
                of("ONNX adapter", "sd/graphs/unet.onnx_adapter", SERVED + " --adapter @/graphs"));
    }

    private static Subject seeing(String file) {
        return of("model that sees", file, "inspect @/model", LLAVA_SCORES, LLAVA_CHAT);
    }

    private static Subject flow(String file, String... more) {
        List<List<String>> commands = new ArrayList<>(List.of(List.of(PAINT.split(" "))));
        for (String command : more) {
            commands.add(List.of(command.split(" ")));
        }
        return new Subject("flow model", "flow", "model/" + file, commands);
    }

    private static Subject picture(String kind, String ending) {
        String data = "--data @/" + ending + ".jsonl --images @/formats";
        return of(
                "picture, " + kind,
                "llava/formats/picture." + ending,
                "check " + data + " --deep",
                "check " + data,
                "chat --model @/model --image @/formats/picture." + ending + " --max-new-tokens 2 --quiet What?",
                "evaluate --model @/model " + data + " --out @/out.jsonl --quiet");
    }
}
